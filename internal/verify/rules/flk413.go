package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK413 is about what autotuning up to 7.1 measures by.
func (Catalogue) FLK413() Rule {
	const good = "  emrReleaseLabel: emr-7.1.0-flink-latest\n  flinkVersion: v1_18\n  flinkConfiguration:\n" +
		"    kubernetes.operator.job.autoscaler.autotune.enable: \"true\"\n"
	return Rule{
		Entry: diag.Entry{
			Title: "autotuning without the metric that it reads", Severity: diag.Warning,
			What: "Autotuning is on, and `metrics.job.status.enable` is not `TOTAL_TIME`.",
			Why: "Autotuning up to 7.1 learns the restart time from the total times of the job's states, which Flink reports with " +
				"this setting alone.",
			Bad:    emrJob(good),
			Good:   emrJob(good + "    metrics.job.status.enable: TOTAL_TIME\n"),
			Source: "EMR on EKS guide, page jobruns-flink-autoscaler-parameter-autotuning",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r, ok := emrRelease(c)
			keys := flink.EMRAutotuneKeys()
			if !ok || r.Autotune() != flink.EMRAutotuneParameters || !c.Config.Bool(false, keys.Enable) ||
				c.Config.Text(keys.JobStatus) == "TOTAL_TIME" {
				return
			}
			say(model.Problem{
				Field:   c.Setting(keys.Enable),
				Message: fmt.Sprintf("autotuning needs %s: TOTAL_TIME", keys.JobStatus),
				Hint:    "add it to flinkConfiguration",
			})
		},
	}
}
