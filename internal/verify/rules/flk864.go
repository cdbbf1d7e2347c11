package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK864 is about a way to the web interface of a Flink cluster that is not there.
func (Catalogue) FLK864() Rule {
	const ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: orders-web-ui\n  namespace: team-a\n  annotations:\n" +
		"    nginx.ingress.kubernetes.io/auth-url: https://oauth2.example.com/oauth2/auth\nspec:\n  ingressClassName: nginx\n" +
		"  rules:\n  - host: orders.flink.example.com\n" +
		"    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend: {service: {name: %s, port: {number: 8081}}}\n---\nkind: FlinkDeployment\n"
	return Rule{
		Entry: diag.Entry{
			Title: "web interface of no Flink cluster", Severity: diag.Warning,
			What: "An Ingress or HTTPRoute leads to a Service `<name>-rest`, and neither that Service nor a Flink cluster of the name is in its namespace, while " +
				"another cluster is whose name ends or begins so.",
			Why: "The Service of a Flink cluster is made by the operator and is named as the cluster. What renames the cluster does not rename it: Kustomize's " +
				"`namePrefix` and `nameSuffix` know objects alone. The Ingress then leads nowhere.",
			Bad: fmt.Sprintf(ingress, "ders-rest"), Good: fmt.Sprintf(ingress, "orders-rest"),
			Source: "flink-kubernetes-operator 1.15, ExternalServiceDecorator; kustomize api v0.21.2, namereference.go",
		},
		World: func(w *model.World, say model.Say) {
			for _, kind := range []string{"Ingress", "HTTPRoute"} {
				for _, o := range w.Kind(kind) {
					for _, service := range backends(o.Data["spec"]) {
						name, near := strings.TrimSuffix(service, "-rest"), renamed(w, o.Key.Namespace, service)
						if near == "" {
							continue
						}
						say(model.Problem{
							Subject: o.Subject, Field: []string{"spec", "rules"},
							Message: fmt.Sprintf("Service %s is of no Flink cluster: there is no %s, but %s", service, name, near),
							Hint:    fmt.Sprintf("lead to %s-rest; where an overlay renames the cluster (namePrefix, nameSuffix), patch the backend in it too", near),
						})
					}
				}
			}
		},
	}
}

// renamed is the Flink cluster that has the name of another with something before or behind it, where the input has
// neither that other nor the Service itself; empty if there is none.
func renamed(w *model.World, namespace, service string) string {
	if slices.Contains(w.Names("Service", namespace), service) {
		return ""
	}
	name, near := strings.TrimSuffix(service, "-rest"), ""
	for _, cluster := range w.Names("FlinkDeployment", namespace) {
		switch {
		case cluster == name:
			return ""
		case near == "" && (strings.HasSuffix(cluster, name) || strings.HasPrefix(cluster, name)):
			near = cluster
		}
	}
	for _, b := range w.Names("FlinkBlueGreenDeployment", namespace) { // one Service for each colour
		if name == b+"-blue" || name == b+"-green" {
			return ""
		}
	}
	return near
}
