package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK207 is the operator's rule 7.
func (Catalogue) FLK207() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "health check without recovery of the JobManager", Severity: diag.Error,
			What: "kubernetes.operator.cluster.health-check.enabled is true and " +
				"kubernetes.operator.jm-deployment-recovery.enabled is false.",
			Why: "The operator refuses the resource: the health check restarts an unhealthy cluster by way of that " +
				"recovery.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.cluster.health-check.enabled: "true"
    kubernetes.operator.jm-deployment-recovery.enabled: "false"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.cluster.health-check.enabled: "true"
    kubernetes.operator.jm-deployment-recovery.enabled: "true"
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateFlinkDeploymentConfig; measured with 1.7.0 " +
				"and 1.16.1 (internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			const check = "kubernetes.operator.cluster.health-check.enabled"
			const recovery = "kubernetes.operator.jm-deployment-recovery.enabled"
			if c.Config.Bool(false, check) && !c.Config.Bool(true, recovery) {
				say(model.Problem{
					Field:   c.Setting(recovery),
					Message: recovery + " is false, and " + check + " needs it",
					Hint:    "remove one of the two settings",
				})
			}
		},
	}
}
