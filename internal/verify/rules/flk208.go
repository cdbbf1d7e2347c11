package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK208 is the operator's rule 8.
func (Catalogue) FLK208() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "ingress without a template", Severity: diag.Error,
			What: "spec.ingress is there and has no template.",
			Why:  "The operator refuses the resource: the template gives the host and the path of the Ingress.",
			Bad: `kind: FlinkDeployment
spec:
  ingress:
    className: alb
`,
			Good: `kind: FlinkDeployment
spec:
  ingress:
    className: alb
    template: "{{name}}.{{namespace}}.flink.example.com"
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateIngress; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Spec.Ingress != nil && c.Spec.Ingress.Template == "" && !empty(c, "ingress.template") {
				say(model.Problem{
					Field:   c.Field("ingress"),
					Message: "ingress has no template",
					Hint:    "set ingress.template, for example to {{name}}.{{namespace}}.flink.example.com",
				})
			}
		},
	}
}
