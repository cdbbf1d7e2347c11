package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK223 is the operator's rule 23, for both components (rule 28).
func (Catalogue) FLK223() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "negative amount in resources", Severity: diag.Error,
			What: "A request or limit other than CPU and memory is negative (operator 1.16 and newer).",
			Why:  "The operator refuses the resource.",
			Bad: `kind: FlinkDeployment
spec:
  jobManager:
    resources:
      requests: {ephemeral-storage: -1Gi}
`,
			Good: `kind: FlinkDeployment
spec:
  jobManager:
    resources:
      requests: {ephemeral-storage: 1Gi}
`,
			Flags: []string{"--operator-version=1.16"},
			Source: "flink-kubernetes-operator 1.16, DefaultValidator.validateResourceRequirements; measured with 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, r := range requirements(c) {
				if n, ok := r.amount(); ok && !r.sizing() && n < 0 {
					say(model.Problem{
						Field:   r.field,
						Message: fmt.Sprintf("%s of %s is %s and must not be negative", r.key, r.section, r.value),
						Hint:    "give a positive amount, or leave the key out",
					})
				}
			}
		},
	}
}
