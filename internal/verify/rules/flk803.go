package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK803 is about stateful jobs that never checkpoint.
func (Catalogue) FLK803() Rule {
	check := func(job *v1beta1.JobSpec, c flink.Config, field []string, say model.Say) {
		if job == nil || !keepsState(string(job.UpgradeMode)) || isBatch(c.Text("execution.runtime-mode")) ||
			c.Text("execution.checkpointing.interval") != "" {
			return
		}
		say(model.Problem{
			Field:   field,
			Message: fmt.Sprintf("upgradeMode is %s, and no checkpoint interval is set", job.UpgradeMode),
			Hint:    "set execution.checkpointing.interval, for example to 1m, unless the program does",
		})
	}
	return Rule{
		Entry: diag.Entry{
			Title: "no checkpoint interval", Severity: diag.Warning,
			What: "The upgrade mode keeps state, and `execution.checkpointing.interval` is not set.",
			Why: "Without an interval Flink takes no checkpoints unless the program switches them on itself. A failure then " +
				"starts the job from the last savepoint, or from nothing, and `last-state` has no state to go on from.",
			Bad:  "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    execution.checkpointing.interval: null\n",
			Good: "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    execution.checkpointing.interval: 1m\n",
			Source: "apache/flink 1.20, CheckpointingOptions.java; flink-kubernetes-operator 1.15, " +
				"docs/custom-resource/job-management.md",
		},
		Cluster: func(c *model.Cluster, say model.Say) { check(c.Spec.Job, c.Config, c.Field("flinkConfiguration"), say) },
		SessionJob: func(j *model.SessionJob, say model.Say) {
			if j.Cluster != nil { // otherwise its configuration is not known
				check(j.Spec.Job, j.Config, j.Field("flinkConfiguration"), say)
			}
		},
	}
}

// keepsState reports whether an upgrade mode goes on from earlier state.
func keepsState(mode string) bool { return mode == "last-state" || mode == "savepoint" }

// isBatch reports whether a runtime mode is that of batch jobs.
func isBatch(mode string) bool { return strings.EqualFold(mode, "BATCH") }
