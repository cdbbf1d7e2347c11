package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK214 is the operator's rule 14; session jobs whose cluster is known: rule 62.
func (Catalogue) FLK214() Rule {
	cluster, session := jobRule(periodicSavepointWithoutDir)
	return Rule{
		Entry: diag.Entry{
			Title: "periodic savepoints without a savepoint directory", Severity: diag.Error,
			What: "kubernetes.operator.periodic.savepoint.interval is set, and the effective configuration has no " +
				"savepoint directory.",
			Why: "The operator refuses the resource: it would not know where to write the savepoints.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.periodic.savepoint.interval: 6 h
    state.savepoints.dir: null
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.periodic.savepoint.interval: 6 h
    state.savepoints.dir: s3://flink-data/orders/savepoints
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobSpec; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func periodicSavepointWithoutDir(j job, say model.Say) {
	const key = "kubernetes.operator.periodic.savepoint.interval"
	s, ok := j.config.Find(key)
	if j.spec == nil || !ok || savepointDir(j) != "" {
		return
	}
	say(model.Problem{
		Field:   j.field("flinkConfiguration", key),
		Message: fmt.Sprintf("periodic savepoints (%q%s) need a savepoint directory, and none is set", s.Value, byOperator(s)),
		Hint:    savepointDirHint(j),
	})
}
