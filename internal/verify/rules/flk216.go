package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK216 is the operator's rule 16.
func (Catalogue) FLK216() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "fewer than one TaskManager", Severity: diag.Error,
			What: "spec.taskManager.replicas is set to less than 1 in an application cluster.",
			Why:  "The operator refuses the resource: the job could not run.",
			Bad: `kind: FlinkDeployment
spec:
  taskManager:
    replicas: 0
`,
			Good: `kind: FlinkDeployment
spec:
  taskManager:
    replicas: 1
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobSpec; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Session() || c.Spec.TaskManager == nil || c.Spec.TaskManager.Replicas == nil || *c.Spec.TaskManager.Replicas >= 1 {
				return
			}
			say(model.Problem{
				Field:   c.Field("taskManager", "replicas"),
				Message: fmt.Sprintf("taskManager.replicas is %d and must be 1 or more", *c.Spec.TaskManager.Replicas),
				Hint:    "to stop a job set job.state to suspended; to let job.parallelism decide leave taskManager.replicas out",
			})
		},
	}
}
