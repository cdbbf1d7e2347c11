package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK271 is the operator's rule 71.
func (Catalogue) FLK271() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "blue/green deployment without a template", Severity: diag.Error,
			What: "spec.template or spec.template.spec of a FlinkBlueGreenDeployment is not there.",
			Why:  "The operator fails on it. No webhook checks this.",
			Bad: `kind: FlinkBlueGreenDeployment
spec:
  template:
    spec: null
`,
			Good: `kind: FlinkBlueGreenDeployment
spec:
  template:
    metadata: {}
`,
			Source: "flink-kubernetes-operator 1.15, FlinkBlueGreenDeploymentController and BlueGreenUtils (read, not " +
				"measured)",
		},
		BlueGreen: func(b *model.BlueGreen, say model.Say) {
			if b.Template == nil {
				say(model.Problem{
					Field:   []string{"spec", "template", "spec"},
					Message: "template.spec is missing",
					Hint:    "write the spec of the FlinkDeployment there",
				})
			}
		},
	}
}
