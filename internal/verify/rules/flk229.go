package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK229 is the operator's rule 29.
func (Catalogue) FLK229() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "session cluster with less than one TaskManager", Severity: diag.Error,
			What: "spec.taskManager.replicas is set to less than 1 in a session cluster.",
			Why:  "The operator refuses the resource.",
			Bad: `kind: FlinkDeployment
spec:
  job: null
  taskManager:
    replicas: 0
`,
			Good: `kind: FlinkDeployment
spec:
  job: null
  taskManager:
    replicas: 1
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateTmReplicas; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !c.Session() || c.Spec.TaskManager == nil || c.Spec.TaskManager.Replicas == nil || *c.Spec.TaskManager.Replicas >= 1 {
				return
			}
			say(model.Problem{
				Field:   c.Field("taskManager", "replicas"),
				Message: fmt.Sprintf("taskManager.replicas is %d and must be 1 or more", *c.Spec.TaskManager.Replicas),
				Hint:    "a native session cluster starts TaskManagers by itself: leave taskManager.replicas out",
			})
		},
	}
}
