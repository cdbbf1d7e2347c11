package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK202 is the operator's rule 2.
func (Catalogue) FLK202() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "no Flink version", Severity: diag.Error,
			What: "spec.flinkVersion is not there.",
			Why: "The operator refuses the resource: it chooses defaults and features by it. For EMR the release label " +
				"does not stand for it.",
			Bad: `kind: FlinkDeployment
spec:
  flinkVersion: null
`,
			Good: `kind: FlinkDeployment
spec:
  flinkVersion: v1_20
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateFlinkVersion; measured with 1.7.0 and " +
				"1.16.1 (internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Spec.FlinkVersion == "" {
				say(model.Problem{
					Field:   c.Field("flinkVersion"),
					Message: "flinkVersion is missing",
					Hint:    "set it to the Flink version of the image, for example v1_20",
				})
			}
		},
	}
}
