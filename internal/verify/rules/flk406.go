package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK406 is about releases that no table here has.
func (Catalogue) FLK406() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "release that is not known here", Severity: diag.Info,
			What:   "The EMR release is in none of the tables that these rules know.",
			Why:    "Its Flink and its operator are not known, so what depends on them is not checked, or by the oldest that it may be.",
			Bad:    emrJob("  emrReleaseLabel: emr-7.99.0-flink-latest\n"),
			Good:   emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n"),
			Source: "EMR on EKS guide, page jobruns-flink-security-release-versions; EMR release guide, page Flink-release-history",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r, ok := emrRelease(c)
			if _, known := flink.EMRFactsOf(r); !ok || known || r.Compare(flink.EMRReleases()[0].Release) < 0 {
				return
			}
			say(model.Problem{
				Field:   c.Field("emrReleaseLabel"),
				Message: fmt.Sprintf("EMR %s is not known here: rules that depend on its Flink and operator are left out", r),
				Hint:    fmt.Sprintf("the newest that is known is %s; look the label up on AWS's page of releases", emrNewest()),
			})
		},
	}
}
