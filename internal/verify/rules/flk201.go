package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK201 is the operator's rule 1.
func (Catalogue) FLK201() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "name that the operator refuses", Severity: diag.Error,
			What: "The name of a FlinkDeployment is lower case letters, digits and dashes, starts with a letter, ends " +
				"with none of the dashes, and has at most 45 characters.",
			Why: "The operator refuses the resource: objects whose names are longer or have more rules are named after " +
				"it.",
			Bad: `kind: FlinkDeployment
metadata:
  name: orders-of-the-european-and-the-american-market
`,
			Good: `kind: FlinkDeployment
metadata:
  name: orders-of-both-markets
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateDeploymentName; measured with 1.7.0 and " +
				"1.16.1 (internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !c.BlueGreen && !clusterName(c.Key.Name) {
				say(model.Problem{
					Field:   []string{"metadata", "name"},
					Message: fmt.Sprintf("name %q: %s", c.Key.Name, clusterNameForm),
					Hint:    "the operator names Services, Deployments and ConfigMaps after it; choose a shorter or simpler name",
				})
			}
		},
	}
}
