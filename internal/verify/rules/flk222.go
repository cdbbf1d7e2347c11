package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK222 is the operator's rule 22, for both components (rule 28).
func (Catalogue) FLK222() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "no CPU or memory at all in resources", Severity: diag.Error,
			What: "CPU or memory in jobManager.resources or taskManager.resources is zero or negative (operator 1.16 " +
				"and newer).",
			Why: "The operator refuses the resource.",
			Bad: `kind: FlinkDeployment
spec:
  jobManager:
    resources:
      requests: {cpu: "0"}
`,
			Good: `kind: FlinkDeployment
spec:
  jobManager:
    resources:
      requests: {cpu: "1"}
`,
			Flags: []string{"--operator-version=1.16"},
			Source: "flink-kubernetes-operator 1.16, DefaultValidator.validateResourceRequirements; measured with 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, r := range requirements(c) {
				if n, ok := r.amount(); ok && r.sizing() && n <= 0 {
					say(model.Problem{
						Field:   r.field,
						Message: fmt.Sprintf("%s of %s is %s and must be more than zero", r.key, r.section, r.value),
						Hint:    "give the pod some, or leave the key out",
					})
				}
			}
		},
	}
}
