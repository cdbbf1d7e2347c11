package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK212 is the operator's rule 12; session jobs whose cluster is known: rule 62.
func (Catalogue) FLK212() Rule {
	cluster, session := jobRule(savepointDirMissing)
	return Rule{
		Entry: diag.Entry{
			Title: "savepoint upgrades without a savepoint directory", Severity: diag.Error,
			What: "The upgrade mode is savepoint, and the effective configuration has no savepoint directory.",
			Why: "The operator refuses the resource: it would not know where to write the savepoint that an upgrade " +
				"starts from.",
			Bad: `kind: FlinkDeployment
spec:
  job:
    upgradeMode: savepoint
  flinkConfiguration:
    state.savepoints.dir: null
`,
			Good: `kind: FlinkDeployment
spec:
  job:
    upgradeMode: savepoint
  flinkConfiguration:
    state.savepoints.dir: s3://flink-data/orders/savepoints
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobSpec; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func savepointDirMissing(j job, say model.Say) {
	if j.spec == nil || j.spec.UpgradeMode != v1beta1.UpgradeModeSavepoint || savepointDir(j) != "" {
		return
	}
	say(model.Problem{
		Field:   j.field("job", "upgradeMode"),
		Message: "savepoint upgrades need a savepoint directory, and none is configured",
		Hint:    savepointDirHint(j),
	})
}
