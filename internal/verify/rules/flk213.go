package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK213 is the operator's rule 13; session jobs whose cluster is known: rule 62.
func (Catalogue) FLK213() Rule {
	cluster, session := jobRule(savepointNonceWithoutDir)
	return Rule{
		Entry: diag.Entry{
			Title: "savepointTriggerNonce without a savepoint directory", Severity: diag.Error,
			What: "savepointTriggerNonce asks for a savepoint, and the effective configuration has no savepoint " +
				"directory.",
			Why: "The operator refuses the resource: it would not know where to write the savepoint.",
			Bad: `kind: FlinkDeployment
spec:
  job:
    savepointTriggerNonce: 1
  flinkConfiguration:
    state.savepoints.dir: null
`,
			Good: `kind: FlinkDeployment
spec:
  job:
    savepointTriggerNonce: 1
  flinkConfiguration:
    state.savepoints.dir: s3://flink-data/orders/savepoints
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobSpec; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func savepointNonceWithoutDir(j job, say model.Say) {
	if j.spec == nil || j.spec.SavepointTriggerNonce == nil || savepointDir(j) != "" {
		return
	}
	say(model.Problem{
		Field:   j.field("job", "savepointTriggerNonce"),
		Message: "savepointTriggerNonce needs a savepoint directory, and none is configured",
		Hint:    savepointDirHint(j),
	})
}
