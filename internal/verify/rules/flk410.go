package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK410 is about features that came with a later release.
func (Catalogue) FLK410() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "feature of a later EMR release", Severity: diag.Warning,
			What: "The job uses a feature that came with a later EMR release than its own: session clusters, PyFlink, the Glue " +
				"catalog, changelog checkpoints, local recovery, combined restart or graceful decommission.",
			Why: "The older release does not know the setting and goes on without it, or fails in the image; AWS supports the " +
				"feature from the later release on.",
			Bad: emrJob("  emrReleaseLabel: emr-6.14.0-flink-latest\n  flinkVersion: v1_17\n" +
				"  flinkConfiguration:\n    task.local-recovery.ebs.enable: \"true\"\n"),
			Good: emrJob("  emrReleaseLabel: emr-6.15.0-flink-latest\n  flinkVersion: v1_17\n" +
				"  flinkConfiguration:\n    task.local-recovery.ebs.enable: \"true\"\n"),
			Source: "EMR on EKS guide, pages jobruns-flink-restart, jobruns-flink-decommission, pyflink-for-flink, " +
				"glue-for-flink, jobruns-flink-kubernetes-operator-run-application",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r, ok := emrRelease(c)
			if !ok {
				return
			}
			for _, u := range emrFeaturesOf(c) {
				if !r.Has(u.feature) {
					say(model.Problem{
						Field:   u.field,
						Message: fmt.Sprintf("%s came with EMR %s, and the release is %s", u.feature, flink.EMRFeatureSince(u.feature), r),
						Hint:    "use a newer release, or leave it out",
					})
				}
			}
		},
	}
}

// emrFeatureUse is a feature that a cluster uses, and the field that says so.
type emrFeatureUse struct {
	feature flink.EMRFeature
	field   []string
}

// emrFeaturesOf lists the features that a cluster asks for.
func emrFeaturesOf(c *model.Cluster) []emrFeatureUse {
	var out []emrFeatureUse
	for _, s := range []struct {
		key     string
		feature flink.EMRFeature
	}{
		{"state.backend.changelog.enabled", flink.EMRChangelog},
		{"state.backend.local-recovery", flink.EMRTaskLocalRecovery},
		{"task.local-recovery.ebs.enable", flink.EMREBSLocalRecovery},
		{"jobmanager.adaptive-scheduler.combined-restart.enabled", flink.EMRCombinedRestart},
		{"cluster.taskmanager.graceful-decommission.enabled", flink.EMRGracefulDecommission},
		{"aws.glue.enabled", flink.EMRGlue},
	} {
		if _, own := c.Own[s.key]; own && c.Config.Bool(false, s.key) {
			out = append(out, emrFeatureUse{s.feature, c.Setting(s.key)})
		}
	}
	if c.Session() {
		out = append(out, emrFeatureUse{flink.EMRSessionMode, c.Field()})
	}
	if usesPython(c) {
		out = append(out, emrFeatureUse{flink.EMRPyFlink, c.Field("job")})
	}
	return out
}
