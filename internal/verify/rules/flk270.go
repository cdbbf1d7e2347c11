package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK270 is the operator's rule 70.
func (Catalogue) FLK270() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "name too long for blue and green", Severity: diag.Error,
			What: "The name of a FlinkBlueGreenDeployment with -green behind it is no name of a FlinkDeployment: it may " +
				"have 39 characters.",
			Why: "The operator names the two FlinkDeployments NAME-blue and NAME-green, and they would be refused. No " +
				"webhook checks this.",
			Bad: `kind: FlinkBlueGreenDeployment
metadata:
  name: orders-of-the-european-and-american-mkts
`,
			Good: `kind: FlinkBlueGreenDeployment
metadata:
  name: orders
`,
			Source: "flink-kubernetes-operator 1.15, FlinkBlueGreenDeploymentController and BlueGreenUtils (read, not " +
				"measured)",
		},
		BlueGreen: func(b *model.BlueGreen, say model.Say) {
			if name := b.Key.Name; !clusterName(name + "-green") {
				say(model.Problem{
					Field:   []string{"metadata", "name"},
					Message: fmt.Sprintf("name %q with -green behind it: %s", name, clusterNameForm),
					Hint:    "choose a name of at most 39 characters",
				})
			}
		},
	}
}
