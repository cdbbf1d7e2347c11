package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK370 compares the parallelism with the greatest one.
func (Catalogue) FLK370() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "parallelism above pipeline.max-parallelism", Severity: diag.Error,
			What: "The parallelism of the job, `job.parallelism` or `taskManager.replicas` times the slots, is greater than " +
				"`pipeline.max-parallelism`.",
			Why: "The JobMaster refuses a vertex whose parallelism is higher than its greatest one, with every scheduler, so the job fails when " +
				"it starts. A job that sets the parallelism of all its operators in its code is not affected.",
			Bad:    "kind: FlinkDeployment\nspec:\n  job: {parallelism: 48}\n  flinkConfiguration:\n    pipeline.max-parallelism: \"32\"\n",
			Good:   "kind: FlinkDeployment\nspec:\n  job: {parallelism: 16}\n  flinkConfiguration:\n    pipeline.max-parallelism: \"32\"\n",
			Source: "run with Flink 1.17, 1.20 and 2.2: JobException \"Vertex …'s parallelism (8) is higher than the max parallelism (4)\"",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			n, field := parallelismOf(c)
			most := maxParallelism(c)
			if c.Session() || most == 0 || n <= most || reactive(c) {
				return
			}
			say(model.Problem{
				Field:   field,
				Message: fmt.Sprintf("the job's parallelism is %d, and pipeline.max-parallelism is %d", n, most),
				Hint:    "lower the parallelism; raising pipeline.max-parallelism loses the state of a job that has some",
			})
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			if j.Spec.Job == nil || j.Spec.Job.Parallelism == nil {
				return
			}
			most := j.Config.Int(0, "pipeline.max-parallelism")
			if n := int(*j.Spec.Job.Parallelism); most > 0 && n > most {
				p := model.Problem{
					Field:   j.Field("job", "parallelism"),
					Message: fmt.Sprintf("the job's parallelism is %d, and pipeline.max-parallelism is %d", n, most),
					Hint:    "lower the parallelism; raising pipeline.max-parallelism loses the state of a job that has some",
				}
				if j.Cluster != nil && reactive(j.Cluster) {
					return
				}
				say(p)
			}
		},
	}
}
