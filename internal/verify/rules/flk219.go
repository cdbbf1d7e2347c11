package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK219 is the operator's rule 19, for both components (rule 28).
func (Catalogue) FLK219() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "memory that cannot be read", Severity: diag.Error,
			What: "resource.memory of the JobManager or TaskManager is neither a memory size of Flink nor a Kubernetes " +
				"quantity.",
			Why: "The operator refuses the resource.",
			Bad: `kind: FlinkDeployment
spec:
  jobManager:
    resource: {memory: 2 gigs}
`,
			Good: `kind: FlinkDeployment
spec:
  jobManager:
    resource: {memory: 2g}
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateResources, " +
				"ResourceConfigUtils.parseResourceMemoryString; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, component := range components() {
				resource := sizes(c)[component]
				if resource == nil || resource.Memory == "" {
					continue
				}
				if err := readableMemory(resource.Memory); err != nil {
					say(model.Problem{
						Field:   c.Field(string(component), "resource", "memory"),
						Message: fmt.Sprintf("memory of the %s: %v", component, err),
						Hint:    "write it as Flink does, for example 2048m or 2g, which are powers of 1024",
					})
				}
			}
		},
	}
}
