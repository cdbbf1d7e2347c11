package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK403 is about the form of emrReleaseLabel.
func (Catalogue) FLK403() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "emrReleaseLabel is no label of a Flink release", Severity: diag.Error,
			What: "`emrReleaseLabel` has not the form `emr-X.Y.Z-flink-latest` or `emr-X.Y.Z-flink-YYYYMMDD`. Labels of Spark, as " +
				"`emr-7.12.0-latest`, name no Flink image.",
			Why: "EMR's operator finds the image by the label. Beside an image of one's own it is a warning, since then it is not " +
				"confirmed what the label is read for.",
			Bad:    emrJob("  emrReleaseLabel: emr-7.12.0-latest\n"),
			Good:   emrJob("  emrReleaseLabel: emr-7.12.0-flink-20251111\n"),
			Source: "EMR on EKS guide, page jobruns-flink-security-release-versions",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			label := c.Spec.EMRReleaseLabel
			if label == "" {
				return
			}
			_, err := flink.ParseEMRLabel(label)
			if err == nil || oddEMRLabel(label) || placeholder(label) != "" {
				return
			}
			p := model.Problem{
				Field:   c.Field("emrReleaseLabel"),
				Message: fmt.Sprintf("%q is no label of a Flink release of EMR", label),
				Hint:    "write it as emr-7.12.0-flink-latest, or with a date as emr-7.12.0-flink-20251111",
			}
			if meant := meantLabel(label); meant != "" {
				p.Hint = "write " + meant
			}
			if c.Spec.Image != "" {
				p.Severity = new(diag.Warning)
			}
			say(p)
		},
	}
}

// oddEMRLabel knows AWS's one label whose date has seven digits (EMR on EKS
// guide, page jobruns-flink-security-release-versions).
func oddEMRLabel(label string) bool { return label == "emr-7.0.0-flink-2024321" }

// meantLabel guesses the Flink label from a Spark label or a bare release, or
// gives "".
func meantLabel(label string) string {
	release := strings.TrimPrefix(label, "emr-")
	release, _, _ = strings.Cut(release, "-")
	if r, err := flink.ParseEMRRelease(release); err == nil {
		return r.JobLabel().String()
	}
	return ""
}
