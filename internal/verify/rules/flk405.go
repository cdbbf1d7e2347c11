package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK405 is about releases from before Flink.
func (Catalogue) FLK405() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "release without Flink", Severity: diag.Error,
			What:   "The EMR release is older than 6.13.0.",
			Why:    "6.13.0 is the first release of EMR on EKS with Flink; there is no image of an older one.",
			Bad:    emrJob("  emrReleaseLabel: emr-6.12.0-flink-latest\n  flinkVersion: v1_17\n"),
			Good:   emrJob("  emrReleaseLabel: emr-6.13.0-flink-latest\n  flinkVersion: v1_17\n"),
			Source: "EMR on EKS guide, page jobruns-flink-kubernetes-operator-run-application",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r, ok := emrRelease(c)
			if _, known := flink.EMRFactsOf(r); !ok || known {
				return
			}
			first := flink.EMRReleases()[0].Release
			if r.Compare(first) >= 0 {
				return
			}
			say(model.Problem{
				Field:   c.Field("emrReleaseLabel"),
				Message: fmt.Sprintf("EMR %s has no Flink on EKS", r),
				Hint:    fmt.Sprintf("use %s or newer, for example %s", first, emrNewest().JobLabel()),
			})
		},
	}
}
