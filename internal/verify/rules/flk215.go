package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK215 is the operator's rule 15; session jobs whose cluster is known: rule 62.
func (Catalogue) FLK215() Rule {
	cluster, session := jobRule(checkpointAgeWithoutDir)
	return Rule{
		Entry: diag.Entry{
			Title: "maximum checkpoint age without a savepoint directory", Severity: diag.Error,
			What: "kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age is set, and the effective " +
				"configuration has no savepoint directory.",
			Why: "The operator refuses the resource: where the last checkpoint is too old, an upgrade takes a " +
				"savepoint.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age: 1 h
    state.savepoints.dir: null
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age: 1 h
    state.savepoints.dir: s3://flink-data/orders/savepoints
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobSpec; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func checkpointAgeWithoutDir(j job, say model.Say) {
	const key = "kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age"
	s, ok := j.config.Find(key)
	if j.spec == nil || !ok || savepointDir(j) != "" {
		return
	}
	say(model.Problem{
		Field:   j.field("flinkConfiguration", key),
		Message: fmt.Sprintf("the maximum checkpoint age (%q%s) needs a savepoint directory, and none is set", s.Value, byOperator(s)),
		Hint:    savepointDirHint(j),
	})
}
