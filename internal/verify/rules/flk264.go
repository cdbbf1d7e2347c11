package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK264 is the operator's rule 64.
func (Catalogue) FLK264() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "snapshot of both kinds or of none", Severity: diag.Error,
			What: "A FlinkStateSnapshot has both savepoint and checkpoint, or neither.",
			Why:  "The operator refuses the resource: one snapshot is one of the two.",
			Bad: `kind: FlinkStateSnapshot
spec:
  checkpoint: {}
`,
			Good: `kind: FlinkStateSnapshot
spec:
  savepoint: {}
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateStateSnapshot; measured with 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Snapshot: func(s *model.Snapshot, say model.Say) {
			if (s.Spec.Savepoint == nil) != (s.Spec.Checkpoint == nil) {
				return
			}
			message := "the snapshot is both a savepoint and a checkpoint"
			if s.Spec.Savepoint == nil {
				message = "the snapshot is neither a savepoint nor a checkpoint"
			}
			say(model.Problem{
				Field:   []string{"spec"},
				Message: message,
				Hint:    "set exactly one of savepoint and checkpoint, {} is enough",
			})
		},
	}
}
