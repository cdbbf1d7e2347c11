package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK212 is the operator's rule 12.
func (Catalogue) FLK212() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "savepoint upgrades without a savepoint directory", Severity: diag.Error,
			What:   "The upgrade mode is savepoint, and the effective configuration has no savepoint directory.",
			Why:    "The operator refuses the resource: it would not know where to write the savepoint that an upgrade starts from.",
			Bad:    "kind: FlinkDeployment\nspec:\n  job:\n    upgradeMode: savepoint\n  flinkConfiguration:\n    state.savepoints.dir: null\n",
			Good:   "kind: FlinkDeployment\nspec:\n  job:\n    upgradeMode: savepoint\n  flinkConfiguration:\n    state.savepoints.dir: s3://flink-data/orders/savepoints\n",
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobSpec",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Session() || c.Spec.Job.UpgradeMode != "savepoint" || c.Config.Text(flink.SavepointDirKeys()...) != "" {
				return
			}
			say(model.Problem{
				Field:   c.Field("job", "upgradeMode"),
				Message: "savepoint upgrades need a savepoint directory, and none is configured",
				Hint:    "set " + flink.Spell(c.Flink, "state.savepoints.dir")[0] + " in flinkConfiguration, for example to s3://BUCKET/PREFIX/savepoints",
			})
		},
	}
}
