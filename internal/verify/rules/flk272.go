package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK272 is the operator's rule 72.
func (Catalogue) FLK272() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "blue/green deployment of a session cluster", Severity: diag.Error,
			What: "spec.template.spec.job of a FlinkBlueGreenDeployment is not there.",
			Why:  "The operator fails on it: it moves one job from one cluster to another. No webhook checks this.",
			Bad: `kind: FlinkBlueGreenDeployment
spec:
  template:
    spec:
      job: null
`,
			Good: `kind: FlinkBlueGreenDeployment
spec:
  template:
    spec:
      job: {parallelism: 2}
`,
			Source: "flink-kubernetes-operator 1.15, FlinkBlueGreenDeploymentController and BlueGreenUtils (read, not " +
				"measured)",
		},
		BlueGreen: func(b *model.BlueGreen, say model.Say) {
			if b.Template != nil && b.Template.Session() {
				say(model.Problem{
					Field:   b.Template.Field("job"),
					Message: "a blue/green deployment needs a job",
					Hint:    "set template.spec.job",
				})
			}
		},
	}
}
