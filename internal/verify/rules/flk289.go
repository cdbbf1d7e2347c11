package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK289 is about Flink versions that the operator does not know.
func (Catalogue) FLK289() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "Flink version that the operator does not know", Severity: diag.Error,
			What: "spec.flinkVersion is newer than the last value that the CRD of the operator's version has.",
			Why:  "The API server refuses the value.",
			Bad: `kind: FlinkDeployment
spec:
  flinkVersion: v2_0
`,
			Good: `kind: FlinkDeployment
spec:
  flinkVersion: v1_20
`,
			Flags: []string{"--operator-version=1.10"},
			Source: "flink-kubernetes-operator, CRDs of the tags 1.5.0 to 1.15.0 (1.7 not read: taken to be as 1.6) and " +
				"of a snapshot of 1.16",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			v, err := flink.ParseVersion(string(c.Spec.FlinkVersion))
			operator := c.World.Operator.Version
			newest, known := newestFlink(operator)
			if err != nil || !known || v.Compare(newest) <= 0 {
				return
			}
			say(model.Problem{
				Field:   c.Field("flinkVersion"),
				Message: fmt.Sprintf("operator %s knows Flink up to %s, and flinkVersion is %s", operator, newest, v),
				Hint:    "use a newer operator or an older Flink",
			})
		},
	}
}
