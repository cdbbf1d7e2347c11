package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK408 is about a flinkVersion that is not the release's.
func (Catalogue) FLK408() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "flinkVersion is not that of the release", Severity: diag.Warning,
			What: "`flinkVersion` names another minor version of Flink than the image of the release has.",
			Why: "The operator chooses what it does by `flinkVersion`: which keys it writes, and how it talks to Flink. AWS's own " +
				"examples keep `v1_18` on releases with Flink 1.20, so it may work; what EMR checks here is not confirmed.",
			Bad:    emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkVersion: v1_18\n"),
			Good:   emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkVersion: v1_20\n"),
			Source: "EMR on EKS guide, page jobruns-flink-security-release-versions; EMR release guide, page Flink-release-history",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r, ok := emrRelease(c)
			facts, known := flink.EMRFactsOf(r)
			if !ok || !known || c.Spec.FlinkVersion == "" || c.Flink.AtLeast(2, 0) || facts.Flink.IsZero() || facts.Flink == c.Flink {
				return
			}
			say(model.Problem{
				Field:   c.Field("flinkVersion"),
				Message: fmt.Sprintf("flinkVersion is %s, and EMR %s has Flink %s", c.Spec.FlinkVersion, r, facts.FlinkBuild),
				Hint:    "set flinkVersion to " + flinkOfRelease(r),
			})
		},
	}
}
