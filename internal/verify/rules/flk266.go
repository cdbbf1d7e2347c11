package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK266 is the operator's rule 66.
func (Catalogue) FLK266() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "snapshot of a job that is not there", Severity: diag.Error,
			What: "The job that a FlinkStateSnapshot names is not in the input. It is an error where the input is " +
				"whole, and an info otherwise.",
			Why: "The operator refuses the resource while there is no such job in the namespace.",
			Bad: `kind: FlinkStateSnapshot
`,
			Good:  "kind: FlinkStateSnapshot\n---\nkind: FlinkDeployment\n---\n" + accountExample() + "---\n" + roleExample("[\"*\"]"),
			Flags: []string{"--complete"},
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateStateSnapshot; measured with 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Snapshot: func(s *model.Snapshot, say model.Say) {
			ref := s.Spec.JobReference
			if ref == nil || adopted(s) {
				return
			}
			if _, found := snapshotTarget(s); found {
				return
			}
			p := model.Problem{
				Field:   []string{"spec", "jobReference", "name"},
				Message: fmt.Sprintf("there is no %s %s %s", ref.Kind, ref.Name, inNamespace(s.Key.Namespace)),
				Hint:    "a snapshot and its job are in one namespace",
			}
			if !s.World.Complete {
				p.Severity = new(diag.Info)
				p.Message = fmt.Sprintf("%s %s %s is not in the input", ref.Kind, ref.Name, inNamespace(s.Key.Namespace))
			}
			say(p)
		},
	}
}
