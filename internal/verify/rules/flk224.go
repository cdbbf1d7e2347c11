package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK224 is the operator's rule 24, for both components (rule 28).
func (Catalogue) FLK224() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "request above its limit", Severity: diag.Error,
			What: "The request of CPU or memory in jobManager.resources or taskManager.resources is more than the limit " +
				"(operator 1.16 and newer).",
			Why: "The operator refuses the resource, as Kubernetes would refuse the pod.",
			Bad: `kind: FlinkDeployment
spec:
  jobManager:
    resources:
      requests: {cpu: "2"}
      limits: {cpu: "1"}
`,
			Good: `kind: FlinkDeployment
spec:
  jobManager:
    resources:
      requests: {cpu: "1"}
      limits: {cpu: "1"}
`,
			Flags: []string{"--operator-version=1.16"},
			Source: "flink-kubernetes-operator 1.16, DefaultValidator.validateResourceRequirements; measured with 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, r := range requirements(c) {
				limit, both := r.limit()
				if n, ok := r.amount(); ok && both && r.sizing() && n > limit {
					say(model.Problem{
						Field:   r.field,
						Message: fmt.Sprintf("%s request %s is more than its limit %s", r.key, r.value, r.limitText),
						Hint:    "raise the limit or lower the request; beware that 2048m of memory is 2048 MiB here, as Flink reads it",
					})
				}
			}
		},
	}
}
