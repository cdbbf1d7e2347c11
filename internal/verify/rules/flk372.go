package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK372 counts slots that stay empty.
func (Catalogue) FLK372() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "slots that stay empty", Severity: diag.Info,
			What:   "`job.parallelism` is no multiple of `taskmanager.numberOfTaskSlots`, so the last TaskManager has slots that no task uses.",
			Why:    "The TaskManager is paid for whole. With the autoscaler on the number changes, and nothing is said.",
			Bad:    "kind: FlinkDeployment\nspec:\n  job: {parallelism: 5}\n  flinkConfiguration:\n    taskmanager.numberOfTaskSlots: \"4\"\n",
			Good:   "kind: FlinkDeployment\nspec:\n  job: {parallelism: 8}\n  flinkConfiguration:\n    taskmanager.numberOfTaskSlots: \"4\"\n",
			Source: "apache/flink, ResourceManager: whole TaskManagers; flink-kubernetes-operator 1.15, FlinkUtils.getNumTaskManagers",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			each := slots(c)
			if c.Session() || taskManagers(c) > 0 || c.Spec.Job.Parallelism == nil || autoscales(c) {
				return
			}
			n := int(*c.Spec.Job.Parallelism)
			if n < 1 || n%each == 0 {
				return
			}
			all := (n + each - 1) / each * each
			say(model.Problem{
				Field:   c.Field("job", "parallelism"),
				Message: fmt.Sprintf("parallelism %d leaves %d of the %d slots of its TaskManagers empty", n, all-n, all),
				Hint:    fmt.Sprintf("a parallelism of %d costs the same", all),
			})
		},
	}
}
