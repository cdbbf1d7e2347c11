package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK407 is about Flink 2 with an EMR release.
func (Catalogue) FLK407() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "Flink 2 on an EMR release with Flink 1", Severity: diag.Error,
			What: "`flinkVersion` is `v2_…`, and the release's image has Flink 1.",
			Why: "The operator would treat the cluster as Flink 2: it mounts `config.yaml` in place of `flink-conf.yaml`, among " +
				"other things. No release up to 7.13.0 has Flink 2. With an image of one's own it is a warning.",
			Bad:    emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkVersion: v2_0\n"),
			Good:   emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkVersion: v1_20\n"),
			Source: "EMR release guide, page Flink-release-history; flink-kubernetes-operator 1.15, FlinkConfMountDecorator",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r, ok := emrRelease(c)
			if _, known := flink.EMRFactsOf(r); !ok || !known || c.Spec.FlinkVersion == "" || !c.Flink.AtLeast(2, 0) {
				return
			}
			p := model.Problem{
				Field:   c.Field("flinkVersion"),
				Message: fmt.Sprintf("flinkVersion is %s, and EMR %s has Flink 1", c.Flink, r),
				Hint:    "set flinkVersion to the Flink of the release: " + flinkOfRelease(r),
			}
			if c.Spec.Image != "" {
				p.Severity = new(diag.Warning)
			}
			say(p)
		},
	}
}

// flinkOfRelease names the flinkVersion of a release in words.
func flinkOfRelease(r flink.EMRRelease) string {
	switch facts, _ := flink.EMRFactsOf(r); {
	case facts.Flink.IsZero():
		return "1.18 or 1.19, AWS's table does not say which"
	case !facts.FlinkConfirmed:
		return facts.Flink.String() + " (inferred from the neighbours of the release, not confirmed)"
	default:
		return facts.Flink.String()
	}
}
