package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK273 is the operator's rule 73.
func (Catalogue) FLK273() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "blue/green deployment that is suspended", Severity: diag.Warning,
			What: "spec.template.spec.job.state of a FlinkBlueGreenDeployment is suspended.",
			Why: "A first deployment in this state never becomes active. Suspending one that runs is another matter, " +
				"which cannot be told apart here.",
			Bad: `kind: FlinkBlueGreenDeployment
spec:
  template:
    spec:
      job: {state: suspended}
`,
			Good: `kind: FlinkBlueGreenDeployment
spec:
  template:
    spec:
      job: {state: running}
`,
			Source: "flink-kubernetes-operator 1.15, FlinkBlueGreenDeploymentController and BlueGreenUtils (read, not " +
				"measured)",
		},
		BlueGreen: func(b *model.BlueGreen, say model.Say) {
			if b.Template != nil && !b.Template.Session() && b.Template.Spec.Job.State == v1beta1.JobStateSuspended {
				say(model.Problem{
					Field:   b.Template.Field("job", "state"),
					Message: "the first deployment of a suspended job never becomes active",
					Hint:    "deploy it running, and suspend it then",
				})
			}
		},
	}
}
