package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK205 is the operator's rule 5.
func (Catalogue) FLK205() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "configuration key that belongs to the operator", Severity: diag.Error,
			What: "flinkConfiguration, or the operator's defaults, set kubernetes.namespace, kubernetes.cluster-id or " +
				"high-availability.cluster-id.",
			Why: "The operator refuses the resource: these are always the namespace and the name of the resource.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.cluster-id: orders
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.cluster-id: null
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateFlinkDeploymentConfig; measured with 1.7.0 " +
				"and 1.16.1 (internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, key := range []string{"kubernetes.namespace", "kubernetes.cluster-id", "high-availability.cluster-id"} {
				if s, ok := c.Config.Find(key); ok {
					say(model.Problem{
						Field:   c.Setting(key),
						Message: fmt.Sprintf("%s is set to %q%s, and the operator sets it itself", key, s.Value, byOperator(s)),
						Hint:    "leave the key out",
					})
				}
			}
		},
	}
}
