package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK268 is the operator's rule 68.
func (Catalogue) FLK268() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "savepoint with no place to go", Severity: diag.Error,
			What: "A FlinkStateSnapshot takes a savepoint without a path, and its job has no savepoint directory.",
			Why:  "The operator abandons the snapshot: it would not know where to write the savepoint.",
			Bad: `kind: FlinkStateSnapshot
---
kind: FlinkDeployment
spec:
  flinkConfiguration:
    state.savepoints.dir: null
`,
			Good: `kind: FlinkStateSnapshot
---
kind: FlinkDeployment
`,
			Source: "flink-kubernetes-operator 1.15, StateSnapshotReconciler (read, not measured)",
		},
		Snapshot: func(s *model.Snapshot, say model.Say) {
			if s.Spec.Savepoint == nil || s.Spec.Savepoint.Path != "" || adopted(s) {
				return
			}
			if j, found := snapshotTarget(s); found && j.config != nil && savepointDir(j) == "" {
				say(model.Problem{
					Field:   []string{"spec", "savepoint"},
					Message: "the savepoint has no path, and its job has no savepoint directory",
					Hint:    "set savepoint.path, or state.savepoints.dir in flinkConfiguration of the job",
				})
			}
		},
	}
}
