package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK811 is about labels that move.
func (Catalogue) FLK811() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "release label moves", Severity: diag.Warning,
			What: "`emrReleaseLabel` ends in `-latest`.",
			Why: "AWS moves the label to each new build of the release, so pods that start later may run another image than those " +
				"that run. A label with a date stays what it is.",
			Bad: emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n"), Good: emrJob("  emrReleaseLabel: emr-7.12.0-flink-20251111\n"),
			Source: "EMR on EKS guide, page jobruns-flink-security-release-versions",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Spec.EMRReleaseLabel == "" || c.Spec.Image != "" {
				return
			}
			label, err := flink.ParseEMRLabel(c.Spec.EMRReleaseLabel)
			if err != nil || !label.Moving() || label.Operator {
				return
			}
			say(model.Problem{
				Field:   c.Field("emrReleaseLabel"),
				Message: fmt.Sprintf("%s is whatever build of EMR %s is the newest", c.Spec.EMRReleaseLabel, label.Release),
				Hint:    fmt.Sprintf("pin it to a date as emr-%s-flink-YYYYMMDD: AWS's page of the release lists them", label.Release),
			})
		},
	}
}
