package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK371 judges a parallelism that the operator ignores.
func (Catalogue) FLK371() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "job.parallelism is ignored", Severity: diag.Warning,
			What:   "`taskManager.replicas` is set beside `job.parallelism`, and replicas times slots is another number.",
			Why:    "The operator takes replicas times slots as the parallelism, and says so in its log alone.",
			Bad:    "kind: FlinkDeployment\nspec:\n  job: {parallelism: 2}\n  taskManager: {replicas: 3}\n",
			Good:   "kind: FlinkDeployment\nspec:\n  job: {parallelism: 6}\n  taskManager: {replicas: 3}\n",
			Source: "flink-kubernetes-operator 1.6 to 1.15, FlinkConfigBuilder.getParallelism",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if strings.EqualFold(c.Config.Text("scheduler-mode"), "reactive") {
				return // it takes whatever there is
			}
			replicas, each := taskManagers(c), slots(c)
			if c.Session() || replicas == 0 || c.Spec.Job.Parallelism == nil || int(*c.Spec.Job.Parallelism) == replicas*each {
				return
			}
			say(model.Problem{
				Field: c.Field("job", "parallelism"),
				Message: fmt.Sprintf("job.parallelism %d is ignored: taskManager.replicas %d with %d slots each makes %d",
					*c.Spec.Job.Parallelism, replicas, each, replicas*each),
				Hint: "take taskManager.replicas out, and the number of TaskManagers follows from the parallelism",
			})
		},
	}
}
