package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK807 is about pods whose CPU nobody chose.
func (Catalogue) FLK807() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "no CPU", Severity: diag.Warning,
			What: "`resource.cpu` of the JobManager or the TaskManager is not set.",
			Why: "Flink then asks for one CPU for the JobManager, and for as many as a TaskManager has slots, which is seldom " +
				"what was meant. Node size and cost follow from it.",
			Bad:  "kind: FlinkDeployment\nspec:\n  taskManager:\n    resource:\n      cpu: null\n",
			Good: "kind: FlinkDeployment\nspec:\n  taskManager:\n    resource:\n      cpu: 2\n",
			Source: "apache/flink 1.20, KubernetesConfigOptions.java, kubernetes.jobmanager.cpu.amount and " +
				"kubernetes.taskmanager.cpu.amount",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.World.Operator.Version.HasResources() {
				return // resources may say it
			}
			check := func(name string, of model.Component, r *v1beta1.Resource, byDefault string, keys ...string) {
				if r != nil && r.CPU != nil || c.Config.Text(keys...) != "" || tooNew(c, of) { // FLK218, FLK227 and FLK287 say the last
					return
				}
				say(model.Problem{
					Field:   c.Field(string(of), "resource", "cpu"),
					Message: fmt.Sprintf("the %s's CPU is not set, so it asks for %s", name, byDefault),
					Hint:    "set " + sizeField(of, "cpu"),
				})
			}
			var jm, tm *v1beta1.Resource
			if c.Spec.JobManager != nil {
				jm = c.Spec.JobManager.Resource
			}
			if c.Spec.TaskManager != nil {
				tm = c.Spec.TaskManager.Resource
			}
			slots := c.Config.Int(1, "taskmanager.numberOfTaskSlots")
			check("JobManager", model.JobManager, jm, "1", "kubernetes.jobmanager.cpu.amount", "kubernetes.jobmanager.cpu")
			check("TaskManager", model.TaskManager, tm, fmt.Sprintf("%d, one per slot", slots),
				"kubernetes.taskmanager.cpu.amount", "kubernetes.taskmanager.cpu")
		},
	}
}
