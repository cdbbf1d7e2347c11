package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK860 refuses a web interface that the whole internet may use.
func (Catalogue) FLK860() Rule {
	const ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: orders-web-ui\n  namespace: team-a\n" +
		"  annotations:\n    alb.ingress.kubernetes.io/scheme: %s\n" +
		"    alb.ingress.kubernetes.io/auth-type: %s\nspec:\n  ingressClassName: alb\n  rules:\n  - host: orders.flink.example.com\n" +
		"    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend: {service: {name: orders-rest, port: {number: 8081}}}\n"
	return Rule{
		Entry: diag.Entry{
			Title: "web interface is open to the internet", Severity: diag.Error,
			What: "A load balancer with public addresses (`alb.ingress.kubernetes.io/scheme: internet-facing`) leads to the REST Service of a " +
				"Flink cluster, by an Ingress or by `spec.ingress`, and nothing asks who calls.",
			Why: "Flink's REST API has no users and no passwords: who reaches it cancels jobs, reads configuration and logs, and on a session " +
				"cluster runs code with the role of the pods. Such clusters are looked for.",
			Bad: fmt.Sprintf(ingress, "internet-facing", "none"), Good: fmt.Sprintf(ingress, "internet-facing", "cognito"),
			Source: "AWS Load Balancer Controller 2.13, guide/ingress/annotations; Flink 1.20, deployment/security",
		},
		Across: openWays((*webWay).public, func(w *webWay) model.Problem {
			return model.Problem{
				Field:   append(w.at, albScheme),
				Message: "anyone on the internet may use this web interface, and " + w.what(),
				Hint: "have people log in (ingress.auth: oidc or cognito), use scheme: internal, or say that it is meant: " +
					"ingress.allowUnauthenticated, which is the annotation " + allowUnauthenticated + `: "true"`,
			}
		}),
	}
}
