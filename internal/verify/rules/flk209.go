package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK209 is the operator's rule 9.
func (Catalogue) FLK209() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "ingress template that is no URL", Severity: diag.Error,
			What: "spec.ingress.template, with its placeholders filled in and http:// before it, is no URL to Java.",
			Why:  "The operator refuses the resource: host and path of the Ingress are taken from that URL.",
			Bad: `kind: FlinkDeployment
spec:
  ingress:
    template: "{{name}}.example.com:port"
`,
			Good: `kind: FlinkDeployment
spec:
  ingress:
    template: "{{name}}.example.com/{{namespace}}"
`,
			Source: "flink-kubernetes-operator 1.15, IngressUtils.getIngressUrl; OpenJDK 17, " +
				"java.net.URLStreamHandler.parseURL; measured with 1.7.0 and 1.16.1 (internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Spec.Ingress == nil {
				return
			}
			if err := ingressURL(c.Spec.Ingress.Template, c.Key.Name, c.Key.Namespace); err != nil {
				say(model.Problem{
					Field:   c.Field("ingress", "template"),
					Message: fmt.Sprintf("ingress template %q is no host and path: %v", c.Spec.Ingress.Template, err),
					Hint:    "write HOST or HOST/PATH, for example {{name}}.{{namespace}}.flink.example.com",
				})
			}
		},
	}
}
