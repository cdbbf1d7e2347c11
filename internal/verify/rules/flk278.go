package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK278 is of fields that the operator reads without a check at admission.
func (Catalogue) FLK278() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "savepoint of an unknown format", Severity: diag.Error,
			What: "spec.savepoint.formatType of a FlinkStateSnapshot is UNKNOWN.",
			Why:  "The API has this value, and the operator fails when it asks for the savepoint.",
			Bad: `kind: FlinkStateSnapshot
spec:
  savepoint: {formatType: UNKNOWN}
`,
			Good: `kind: FlinkStateSnapshot
spec:
  savepoint: {formatType: CANONICAL}
`,
			Source: "flink-kubernetes-operator 1.15, SavepointFormatType, AbstractFlinkService.triggerSavepoint (read, " +
				"not measured)",
		},
		Snapshot: func(s *model.Snapshot, say model.Say) {
			if p := s.Spec.Savepoint; p != nil && p.FormatType == v1beta1.SavepointFormatUnknown && !adopted(s) {
				say(model.Problem{
					Field:   []string{"spec", "savepoint", "formatType"},
					Message: "no savepoint can be taken in the format UNKNOWN",
					Hint:    "write CANONICAL or NATIVE, or leave the field out",
				})
			}
		},
	}
}
