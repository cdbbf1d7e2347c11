package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK804 is about streaming jobs whose state is dropped by an upgrade.
func (Catalogue) FLK804() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "upgrades drop the state", Severity: diag.Info,
			What: "A streaming job checkpoints, and its upgrade mode is `stateless`, which is also the default.",
			Why: "Each change of the resource then starts the job from empty state, whatever checkpoints there are. It is right " +
				"for a job that keeps no state.",
			Bad:    "kind: FlinkDeployment\nspec:\n  job:\n    upgradeMode: stateless\n",
			Good:   "kind: FlinkDeployment\nspec:\n  job:\n    upgradeMode: last-state\n",
			Source: "flink-kubernetes-operator 1.15, docs/custom-resource/job-management.md",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			mode := ""
			if !c.Session() {
				mode = string(c.Spec.Job.UpgradeMode)
			}
			if c.Session() || mode != "" && mode != "stateless" || isBatch(c.Config.Text("execution.runtime-mode")) ||
				c.Config.Text(flink.CheckpointDirKeys()...) == "" || c.Config.Text("execution.checkpointing.interval") == "" {
				return
			}
			message := "the job checkpoints, and upgradeMode is stateless: each upgrade starts it from empty state"
			if mode == "" {
				message = "the job checkpoints, and upgradeMode is not set, which is stateless: each upgrade starts it from empty state"
			}
			say(model.Problem{Field: c.Field("job", "upgradeMode"), Message: message, Hint: "set upgradeMode: last-state or savepoint"})
		},
	}
}
