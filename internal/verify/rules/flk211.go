package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK211 is the operator's rule 11; session jobs whose cluster is known: rule 62.
func (Catalogue) FLK211() Rule {
	cluster, session := jobRule(checkpointDirMissing)
	return Rule{
		Entry: diag.Entry{
			Title: "stateful upgrades without a checkpoint directory", Severity: diag.Error,
			What: "The upgrade mode is last-state or savepoint, and the effective configuration has no checkpoint " +
				"directory.",
			Why: "The operator refuses the resource: it would not find the state that an upgrade starts from.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    state.checkpoints.dir: null
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    state.checkpoints.dir: s3://flink-data/orders/checkpoints
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobSpec; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func checkpointDirMissing(j job, say model.Say) {
	if j.spec == nil || !j.stateful() || j.config.Text(checkpointDirKeys(j)...) != "" {
		return
	}
	key := flink.Spell(j.flink, "state.checkpoints.dir")[0]
	say(model.Problem{
		Field:   j.field("job", "upgradeMode"),
		Message: fmt.Sprintf("%s upgrades need a checkpoint directory, and none is configured", j.spec.UpgradeMode),
		Hint:    orOperator(j.world, "set "+key+" in flinkConfiguration, for example to s3://BUCKET/PREFIX/checkpoints"),
	})
}
