package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK412 is about the keys of the other way of autotuning.
func (Catalogue) FLK412() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "autotuning keys of another release", Severity: diag.Warning,
			What: "`job.autoscaler.autotune.*` is set on a release from 7.2 on, or `job.autoscaler.restart.time-tracking.*` on " +
				"one up to 7.1.",
			Why: "7.2 replaced the one by the other. The keys of the other release are not read, and AWS's own blueprint still " +
				"writes them.",
			Bad: emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n" +
				"    kubernetes.operator.job.autoscaler.autotune.enable: \"true\"\n"),
			Good: emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n" +
				"    job.autoscaler.restart.time-tracking.enabled: \"true\"\n"),
			Source: "EMR on EKS guide, page jobruns-flink-autoscaler-parameter-autotuning",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r, ok := emrRelease(c)
			if !ok {
				return
			}
			for _, key := range ownKeys(c.Own, "job.autoscaler.", "kubernetes.operator.job.autoscaler.") {
				part := strings.TrimPrefix(strings.TrimPrefix(key, "kubernetes.operator."), "job.autoscaler.")
				hint := ""
				switch r.Autotune() {
				case flink.EMRAutotuneTimeTracking:
					if strings.HasPrefix(part, "autotune.") {
						hint = "from 7.2 on set job.autoscaler.restart.time-tracking.enabled in its place"
					}
				case flink.EMRAutotuneParameters:
					if strings.HasPrefix(part, "restart.time-tracking.") {
						hint = "up to 7.1 set " + flink.EMRAutotuneKeys().Enable + " in its place"
					}
				}
				if hint != "" {
					say(model.Problem{Field: c.Setting(key), Message: fmt.Sprintf("EMR %s does not read %s", r, key), Hint: hint})
				}
			}
		},
	}
}
