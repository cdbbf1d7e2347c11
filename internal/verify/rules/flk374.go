package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK374 judges the numbers that the autoscaler can choose from.
func (Catalogue) FLK374() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "an autoscaler with few parallelisms to choose from", Severity: diag.Warning,
			What: "The autoscaler is on, and `pipeline.max-parallelism` is not set, has fewer than eight divisors, or is less than " +
				"`job.autoscaler.vertex.min-parallelism`.",
			Why: "The autoscaler prefers parallelisms that divide the greatest one, so that keys are spread evenly: 720 has thirty of them, Flink's own " +
				"choice of 128 has eight, and 127 has two.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    job.autoscaler.enabled: \"true\"\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    job.autoscaler.enabled: \"true\"\n    pipeline.max-parallelism: \"720\"\n",
			Source: "flink-kubernetes-operator 1.15, docs/custom-resource/autoscaler.md; EMR on EKS guide, jobruns-flink-autoscaler",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Session() || !autoscales(c) {
				return
			}
			const key = "pipeline.max-parallelism"
			const hint = "set pipeline.max-parallelism to 120, 180, 240, 360 or 720 before the job has state"
			most := maxParallelism(c)
			least := c.Config.Int(1, "job.autoscaler.vertex.min-parallelism", "kubernetes.operator.job.autoscaler.vertex.min-parallelism")
			switch {
			case most == 0:
				say(model.Problem{Field: configField(c, key), Message: "the autoscaler is on, and pipeline.max-parallelism is not set", Hint: hint})
			case divisors(most) < 8:
				say(model.Problem{
					Field:   configField(c, key),
					Message: fmt.Sprintf("pipeline.max-parallelism %d has only %d divisors for the autoscaler to choose from", most, divisors(most)),
					Hint:    hint,
				})
			case least > most:
				say(model.Problem{
					Field:   configField(c, key),
					Message: fmt.Sprintf("job.autoscaler.vertex.min-parallelism %d is more than pipeline.max-parallelism %d", least, most),
					Hint:    "lower the least parallelism",
				})
			}
		},
	}
}
