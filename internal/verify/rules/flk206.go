package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK206 is the operator's rule 6.
func (Catalogue) FLK206() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "rollback without high availability", Severity: diag.Error,
			What: "kubernetes.operator.deployment.rollback.enabled is true, and high availability is off.",
			Why: "The operator refuses the resource: a rollback goes on from the metadata that high availability " +
				"keeps.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.deployment.rollback.enabled: "true"
    high-availability.type: NONE
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.deployment.rollback.enabled: "true"
    high-availability.type: kubernetes
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateFlinkDeploymentConfig; measured with 1.7.0 " +
				"and 1.16.1 (internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			const key = "kubernetes.operator.deployment.rollback.enabled"
			if c.Config.Bool(false, key) && !c.HighlyAvailable() {
				say(model.Problem{
					Field:   c.Setting(key),
					Message: key + " needs high availability, which is off",
					Hint:    haHint(c.World),
				})
			}
		},
	}
}
