package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK269 is the operator's rule 69.
func (Catalogue) FLK269() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "checkpoint by hand before Flink 1.17", Severity: diag.Error,
			What: "A FlinkStateSnapshot takes a checkpoint of a job whose Flink is older than 1.17.",
			Why:  "Flink cannot be asked for a checkpoint before 1.17, and the operator fails the snapshot.",
			Bad: `kind: FlinkStateSnapshot
spec:
  savepoint: null
  checkpoint: {}
---
kind: FlinkDeployment
spec:
  flinkVersion: v1_16
`,
			Good: `kind: FlinkStateSnapshot
spec:
  savepoint: null
  checkpoint: {}
---
kind: FlinkDeployment
spec:
  flinkVersion: v1_20
`,
			Source: "flink-kubernetes-operator 1.15, StateSnapshotReconciler (read, not measured)",
		},
		Snapshot: func(s *model.Snapshot, say model.Say) {
			if s.Spec.Checkpoint == nil {
				return
			}
			if j, found := snapshotTarget(s); found && !j.flink.IsZero() && !j.flink.AtLeast(1, 17) {
				say(model.Problem{
					Field:   []string{"spec", "checkpoint"},
					Message: fmt.Sprintf("a checkpoint cannot be asked for before Flink 1.17, and the job runs %s", j.flink.Image()),
					Hint:    "take a savepoint",
				})
			}
		},
	}
}
