package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK221 is the operator's rule 21, for both components (rule 28).
func (Catalogue) FLK221() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "resources that cannot be read", Severity: diag.Error,
			What: "A request or limit in jobManager.resources or taskManager.resources is no quantity (operator 1.16 " +
				"and newer).",
			Why: "The operator refuses the resource.",
			Bad: `kind: FlinkDeployment
spec:
  jobManager:
    resources:
      requests: {cpu: one}
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
				if _, ok := r.amount(); !ok {
					say(model.Problem{
						Field:   r.field,
						Message: fmt.Sprintf("%s of %s is %q, which is no quantity", r.key, r.section, r.value),
						Hint:    "write it as Kubernetes does, for example 500m for CPU and 2Gi for memory",
					})
				}
			}
		},
	}
}
