package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK299 is about an Ingress that the operator does not make.
func (Catalogue) FLK299() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "ingress that is not managed", Severity: diag.Warning,
			What: "spec.ingress is there, and kubernetes.operator.ingress.manage is false in the operator's " +
				"configuration.",
			Why: "The operator makes no Ingress and writes a warning event.",
			Bad: `kind: ConfigMap
apiVersion: v1
metadata: {name: flink-operator-config, namespace: flink}
data:
  config.yaml: |
    kubernetes.operator.ingress.manage: "false"
---
kind: FlinkDeployment
spec:
  ingress:
    template: "{{name}}.example.com"
`,
			Good: `kind: ConfigMap
apiVersion: v1
metadata: {name: flink-operator-config, namespace: flink}
data:
  config.yaml: |
    kubernetes.operator.ingress.manage: "true"
---
kind: FlinkDeployment
spec:
  ingress:
    template: "{{name}}.example.com"
`,
			Source: "flink-kubernetes-operator 1.15, IngressUtils, event IngressManagement",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Spec.Ingress != nil && !c.World.Operator.Config.Bool(true, "kubernetes.operator.ingress.manage") {
				say(model.Problem{
					Field:   c.Field("ingress"),
					Message: "the operator is told to make no Ingress",
					Hint:    "remove ingress, or the operator's kubernetes.operator.ingress.manage",
				})
			}
		},
	}
}
