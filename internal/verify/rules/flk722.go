package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// spotNotice is how long before the end of a Spot instance AWS says so (EC2 User
// Guide, Spot interruption notices).
const spotNotice = 2 * time.Minute

// FLK722 is about checkpoints of jobs on Spot.
func (Catalogue) FLK722() Rule {
	const spot = "      requirements:\n      - {key: karpenter.sh/capacity-type, operator: In, values: [spot]}\n"
	job := func(interval string) string {
		return "kind: FlinkDeployment\nspec:\n  flinkConfiguration: {execution.checkpointing.interval: " + interval + "}\n" +
			poolExample("", spot)[len("kind: FlinkDeployment\nspec:\n"):]
	}
	return Rule{
		Entry: diag.Entry{
			Title: "checkpoints too far apart for Spot", Severity: diag.Warning,
			What: "A job's TaskManagers ask for a NodePool that allows Spot, and more than two minutes lie between two checkpoints.",
			Why: "A Spot instance ends two minutes after the notice. What was done since the last checkpoint is done again, at every " +
				"interruption; with an interval below the notice, one is often taken in time.",
			Bad: job("10m"), Good: job("1m"),
			Source: "EC2 User Guide, Spot interruption notices; Karpenter documentation 1.14, disruption, interruption",
		},
		Across: func(w *model.World) Across {
			said := map[string]bool{}
			return poolUses(func(u poolUse, say model.Say) {
				capacity, _ := poolRequirement(u.pool, capacityLabel)
				interval := u.cluster.Config.Duration(0, "execution.checkpointing.interval")
				key := u.cluster.Key.String()
				if u.pod.Name != "TaskManager" || !slices.Contains(capacity, "spot") || interval <= spotNotice || said[key] ||
					isBatch(u.cluster.Config.Text("execution.runtime-mode")) {
					return
				}
				said[key] = true
				say(model.Problem{
					Subject: u.cluster.Subject, Field: u.cluster.Setting("execution.checkpointing.interval"),
					Message: fmt.Sprintf("checkpoints every %s, on nodes of %s that end two minutes after their notice", interval, u.pool.Key.Name),
					Hint:    "set an interval below 2m",
				})
			})(w)
		},
	}
}
