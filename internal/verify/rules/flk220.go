package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK220 is the operator's rule 20, for both components (rule 28).
func (Catalogue) FLK220() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "ephemeral storage that cannot be read", Severity: diag.Error,
			What: "resource.ephemeralStorage of the JobManager or TaskManager is no Kubernetes quantity.",
			Why:  "The operator refuses the resource.",
			Bad: `kind: FlinkDeployment
spec:
  taskManager:
    resource: {ephemeralStorage: much}
`,
			Good: `kind: FlinkDeployment
spec:
  taskManager:
    resource: {ephemeralStorage: 10Gi}
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateResources; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, component := range components() {
				resource := sizes(c)[component]
				given := resource != nil && (resource.EphemeralStorage != "" || empty(c, string(component)+".resource.ephemeralStorage"))
				if given && !isQuantity(resource.EphemeralStorage) {
					say(model.Problem{
						Field:   c.Field(string(component), "resource", "ephemeralStorage"),
						Message: fmt.Sprintf("ephemeralStorage %q of the %s is no quantity", resource.EphemeralStorage, component),
						Hint:    "write it as Kubernetes does, for example 10Gi",
					})
				}
			}
		},
	}
}
