package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK404 is about the operator's label on a job.
func (Catalogue) FLK404() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "label of the operator on a job", Severity: diag.Error,
			What: "`emrReleaseLabel` of a FlinkDeployment is the label of EMR's operator, `emr-X.Y.Z-flink-k8s-operator-…`.",
			Why: "That label names the operator's image, in the values of the operator's chart; jobs have `emr-X.Y.Z-flink-…`. " +
				"Beside an image of one's own it is a warning.",
			Bad:    emrJob("  emrReleaseLabel: emr-7.12.0-flink-k8s-operator-latest\n"),
			Good:   emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n"),
			Source: "EMR on EKS guide, page jobruns-flink-security-release-versions",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Spec.EMRReleaseLabel == "" {
				return
			}
			label, err := flink.ParseEMRLabel(c.Spec.EMRReleaseLabel)
			if err != nil || !label.Operator {
				return
			}
			p := model.Problem{
				Field:   c.Field("emrReleaseLabel"),
				Message: c.Spec.EMRReleaseLabel + " is the label of the operator, not of a job",
				Hint:    "write " + label.Release.JobLabel().String(),
			}
			if c.Spec.Image != "" {
				p.Severity = new(diag.Warning)
			}
			say(p)
		},
	}
}
