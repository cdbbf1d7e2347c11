package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK203 is the operator's rule 3.
func (Catalogue) FLK203() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "Flink version that the operator no longer runs", Severity: diag.Error,
			What: "spec.flinkVersion is older than v1_15, which operators from 1.7 on do not run.",
			Why: "Operators from 1.9 refuse the resource. 1.7 and 1.8 take it and then ignore it: nothing is deployed, " +
				"and even its deletion hangs until the version is raised.",
			Bad: `kind: FlinkDeployment
spec:
  flinkVersion: v1_14
`,
			Good: `kind: FlinkDeployment
spec:
  flinkVersion: v1_20
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateFlinkVersion, FlinkVersion.isSupported; 1.7 " +
				"and 1.8: FlinkDeploymentController (1.7.0 measured to accept it at admission)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			v, err := flink.ParseVersion(string(c.Spec.FlinkVersion))
			operator := c.World.Operator.Version
			if err != nil || v.AtLeast(1, 15) || !operator.AtLeast(1, 7) {
				return
			}
			effect := "is refused by"
			if !operator.AtLeast(1, 9) {
				effect = "is ignored by"
			}
			say(model.Problem{
				Field:   c.Field("flinkVersion"),
				Message: fmt.Sprintf("flinkVersion %s %s operator %s, which runs v1_15 and newer", v, effect, operator),
				Hint:    "move the job to a newer Flink, for example v1_20, with an image of that version",
			})
		},
	}
}
