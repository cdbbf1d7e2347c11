package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK805 is about stateful jobs without high availability.
func (Catalogue) FLK805() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "stateful job without high availability", Severity: diag.Warning,
			What: "The upgrade mode keeps state, and high availability is off. (With `last-state` operators up to 1.9 refuse it, " +
				"which is another finding.)",
			Why: "The JobManager's pod is moved whenever its node goes. Without high availability the new one knows no " +
				"checkpoint: the job starts again from where it was first started from. One JobManager is enough with high " +
				"availability.",
			Bad: "kind: FlinkDeployment\nspec:\n  job:\n    upgradeMode: savepoint\n  flinkConfiguration:\n    " +
				"high-availability.type: null\n" +
				"    high-availability.storageDir: null\n",
			Good: "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    high-availability.type: kubernetes\n",
			Source: "Flink documentation, High availability, Kubernetes HA services; flink-kubernetes-operator 1.15, " +
				"docs/custom-resource/job-management.md",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Session() || !keepsState(string(c.Spec.Job.UpgradeMode)) || c.HighlyAvailable() ||
				isBatch(c.Config.Text("execution.runtime-mode")) {
				return
			}
			if c.Spec.Job.UpgradeMode == "last-state" && c.World.Operator.Version.LastStateNeedsHA() {
				return
			}
			say(model.Problem{
				Field: c.Field("flinkConfiguration"),
				Message: fmt.Sprintf("upgradeMode is %s, and high availability is off: a JobManager that is moved loses the state",
					c.Spec.Job.UpgradeMode),
				Hint: "set high-availability.type: kubernetes and high-availability.storageDir",
			})
		},
	}
}
