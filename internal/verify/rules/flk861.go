package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK861 warns of a web interface without authentication.
func (Catalogue) FLK861() Rule {
	const ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: orders-web-ui\n  namespace: team-a\n  annotations:\n" +
		"    nginx.ingress.kubernetes.io/%s\nspec:\n  ingressClassName: nginx\n  rules:\n  - host: orders.flink.example.com\n" +
		"    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend: {service: {name: orders-rest, port: {number: 8081}}}\n"
	return Rule{
		Entry: diag.Entry{
			Title: "web interface asks nobody who they are", Severity: diag.Warning,
			What: "An Ingress, an HTTPRoute or `spec.ingress` leads to the REST Service of a Flink cluster, and nothing in it asks who calls. " +
				"Whether it is public cannot be told from it. Of an HTTPRoute it is a note: its gateway may ask.",
			Why: "Flink's REST API has no users and no passwords: everyone in the network that reaches it cancels jobs, and on a session " +
				"cluster runs code with the role of the pods.",
			Bad:    fmt.Sprintf(ingress, "proxy-body-size: 8m"),
			Good:   fmt.Sprintf(ingress, "auth-url: https://oauth2.example.com/oauth2/auth"),
			Source: "ingress-nginx, user-guide/nginx-configuration/annotations, external authentication; Flink 1.20, deployment/security",
		},
		Across: openWays(func(w *webWay) bool { return !w.public() }, func(w *webWay) model.Problem {
			p := model.Problem{
				Field: w.field, Message: "whoever reaches this web interface may " + w.what(),
				Hint: "have people log in (ingress.auth), or say that it is meant: ingress.allowUnauthenticated, which is the annotation " +
					allowUnauthenticated + `: "true"`,
			}
			if w.route {
				p.Severity = new(diag.Info)
				p.Message = "this route does not show who is asked to log in; " + p.Message
			}
			return p
		}),
	}
}
