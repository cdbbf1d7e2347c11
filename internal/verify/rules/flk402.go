package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK402 is about EMR jobs that name no image in any way.
func (Catalogue) FLK402() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "neither emrReleaseLabel nor image", Severity: diag.Warning,
			What: "A FlinkDeployment for EMR names neither a release nor an image.",
			Why: "The release label is what EMR's operator finds the image by. AWS's examples all have one of the two; that a " +
				"deployment without both is refused is not confirmed.",
			Bad:    emrJob("  emrReleaseLabel: null\n"),
			Good:   emrJob("  emrReleaseLabel: emr-7.12.0-flink-20251111\n"),
			Source: "EMR on EKS guide, pages jobruns-flink-kubernetes-operator-run-application and jobruns-flink-docker-flink-fluentd",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			image := c.Config.Text("kubernetes.container.image.ref", "kubernetes.container.image")
			if !forEMR(c) || c.Spec.EMRReleaseLabel != "" || c.Spec.Image != "" || image != "" {
				return
			}
			say(model.Problem{
				Field:   c.Field(),
				Message: "neither emrReleaseLabel nor image says which Flink runs",
				Hint:    "set emrReleaseLabel, for example to " + emrNewest().JobLabel().String(),
			})
		},
	}
}
