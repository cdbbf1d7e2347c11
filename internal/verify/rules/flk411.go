package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK411 is about autoscaler keys without the prefix that old releases need.
func (Catalogue) FLK411() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "autoscaler key without the prefix of the release", Severity: diag.Warning,
			What: "A key starts with `job.autoscaler.` on a release up to 7.1.",
			Why: "Up to 7.1 the operator reads `kubernetes.operator.job.autoscaler.…` alone; the short key does nothing, and the " +
				"job is not scaled.",
			Bad: emrJob("  emrReleaseLabel: emr-7.1.0-flink-latest\n  flinkVersion: v1_18\n  flinkConfiguration:\n    " +
				"job.autoscaler.enabled: \"true\"\n"),
			Good: emrJob("  emrReleaseLabel: emr-7.2.0-flink-latest\n  flinkVersion: v1_18\n  flinkConfiguration:\n    " +
				"job.autoscaler.enabled: \"true\"\n"),
			Source: "EMR on EKS guide, page jobruns-flink-autoscaler; flink-kubernetes-operator 1.6.1, AutoScalerOptions.java",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r, ok := emrRelease(c)
			if !ok || r.AutoscalerPrefix() == "job.autoscaler." {
				return
			}
			for _, key := range ownKeys(c.Own, "job.autoscaler.") {
				say(model.Problem{
					Field:   c.Setting(key),
					Message: fmt.Sprintf("EMR %s does not read %s", r, key),
					Hint:    "write " + r.AutoscalerPrefix() + strings.TrimPrefix(key, "job.autoscaler."),
				})
			}
		},
	}
}
