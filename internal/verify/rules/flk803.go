package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK803 is about stateful jobs that never checkpoint.
func (Catalogue) FLK803() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "no checkpoint interval", Severity: diag.Warning,
			What: "The upgrade mode keeps state, and `execution.checkpointing.interval` is not set.",
			Why: "Without an interval Flink takes no checkpoints unless the program switches them on itself. A failure then starts the job from the last savepoint, " +
				"or from nothing, and `last-state` has no state to go on from.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    execution.checkpointing.interval: null\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    execution.checkpointing.interval: 1m\n",
			Source: "apache/flink 1.20, CheckpointingOptions.java; flink-kubernetes-operator 1.15, docs/custom-resource/job-management.md",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Session() || !keepsState(string(c.Spec.Job.UpgradeMode)) || isBatch(c.Config.Text("execution.runtime-mode")) ||
				c.Config.Text("execution.checkpointing.interval") != "" {
				return
			}
			say(model.Problem{
				Field:   c.Field("flinkConfiguration"),
				Message: fmt.Sprintf("upgradeMode is %s, and no checkpoint interval is set", c.Spec.Job.UpgradeMode),
				Hint:    "set execution.checkpointing.interval, for example to 1m, unless the program does",
			})
		},
	}
}

// keepsState reports whether an upgrade mode goes on from earlier state.
func keepsState(mode string) bool { return mode == "last-state" || mode == "savepoint" }

// isBatch reports whether a runtime mode is that of batch jobs.
func isBatch(mode string) bool { return strings.EqualFold(mode, "BATCH") }
