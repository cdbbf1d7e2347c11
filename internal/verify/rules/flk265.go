package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK265 is the operator's rule 65.
func (Catalogue) FLK265() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "snapshot of no job", Severity: diag.Error,
			What: "A FlinkStateSnapshot has no jobReference, and is not of a savepoint that already exists.",
			Why:  "The operator refuses the resource: it would not know which job to ask.",
			Bad: `kind: FlinkStateSnapshot
spec:
  jobReference: null
`,
			Good: `kind: FlinkStateSnapshot
spec:
  jobReference: {kind: FlinkDeployment, name: orders}
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateStateSnapshot; measured with 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Snapshot: func(s *model.Snapshot, say model.Say) {
			if s.Spec.JobReference == nil && !adopted(s) {
				say(model.Problem{
					Field:   []string{"spec", "jobReference"},
					Message: "jobReference is missing",
					Hint:    "name the kind and the name of the job, in the same namespace",
				})
			}
		},
	}
}
