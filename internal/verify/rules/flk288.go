package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK288 is about kinds that the operator does not have yet.
func (Catalogue) FLK288() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "kind newer than the operator", Severity: diag.Error,
			What: "There is a FlinkStateSnapshot, and the operator is older than 1.10, or a FlinkBlueGreenDeployment, " +
				"and it is older than 1.14.",
			Why: "The API server does not know the kind.",
			Bad: `kind: FlinkStateSnapshot
`,
			Good: `kind: FlinkDeployment
spec:
  flinkVersion: v1_18
  job:
    savepointTriggerNonce: 1
`,
			Flags:  []string{"--operator-version=1.9"},
			Source: "flink-kubernetes-operator, CRDs of the tags 1.5.0 to 1.15.0",
		},
		Snapshot: func(x *model.Snapshot, say model.Say) {
			if operator := x.World.Operator.Version; !operator.HasStateSnapshots() {
				say(model.Problem{
					Field:   []string{"kind"},
					Message: fmt.Sprintf("operator %s has no %s, which came with 1.10", operator, x.Key.Kind),
					Hint:    "use a newer operator, or say --operator-version if it is newer",
				})
			}
		},
		BlueGreen: func(x *model.BlueGreen, say model.Say) {
			if operator := x.World.Operator.Version; !operator.HasBlueGreen() {
				say(model.Problem{
					Field:   []string{"kind"},
					Message: fmt.Sprintf("operator %s has no %s, which came with 1.14", operator, x.Key.Kind),
					Hint:    "use a newer operator, or say --operator-version if it is newer",
				})
			}
		},
	}
}
