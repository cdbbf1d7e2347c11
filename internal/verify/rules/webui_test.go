package rules_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// TestWebInterface judges ways to a web interface by what their annotations say.
func TestWebInterface(t *testing.T) {
	t.Parallel()
	all := rules.All()
	ingress := func(annotations, service string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: ui\n  namespace: team-a\n  annotations: {" + annotations +
			"}\nspec:\n  rules:\n  - http:\n      paths:\n      - {path: /, pathType: Prefix, backend: {service: {name: " + service +
			", port: {number: 8081}}}}\n"
	}
	const alb, nginx = "alb.ingress.kubernetes.io/", "nginx.ingress.kubernetes.io/"
	public := alb + "scheme: internet-facing"
	operator := func(annotations string) string {
		return "kind: FlinkDeployment\nspec:\n  ingress: {template: orders.example.com, annotations: {" + annotations + "}}\n"
	}
	rest := func(annotations string) string {
		return "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    kubernetes.rest-service.exposed.type: LoadBalancer\n" +
			"    kubernetes.rest-service.annotations: \"" + annotations + "\"\n"
	}
	for _, tt := range []struct{ name, yaml, want string }{
		{"public", ingress(public, "orders-rest"), "error FLK860"},
		{"public, by the operator", operator(public), "error FLK860"},
		{"public, for some addresses", ingress(public+", "+alb+"inbound-cidrs: 192.0.2.0/24", "orders-rest"), "warning FLK861"},
		{"public, for some addresses and all", ingress(public+", "+alb+`inbound-cidrs: "192.0.2.0/24,0.0.0.0/0"`, "orders-rest"), "error FLK860"},
		{"public, with a login", ingress(public+", "+alb+"auth-type: oidc", "orders-rest"), ""},
		{
			"public, with a login that lets others through",
			ingress(public+", "+alb+"auth-type: oidc, "+alb+"auth-on-unauthenticated-request: allow", "orders-rest"), "error FLK860",
		},
		{"public, and meant", ingress(public+`, helm-flink.dev/allow-unauthenticated: "true"`, "orders-rest"), ""},
		{"public, by the operator, and meant", operator(public + `, helm-flink.dev/allow-unauthenticated: "true"`), ""},
		{"public, and not meant", ingress(public+`, helm-flink.dev/allow-unauthenticated: "false"`, "orders-rest"), "error FLK860"},
		{"public, to something else", ingress(public, "shop"), ""},
		{"nginx", ingress(nginx+"proxy-body-size: 8m", "orders-rest"), "warning FLK861"},
		{"nginx with a password", ingress(nginx+"auth-type: basic", "orders-rest"), ""},
		{"Traefik's middleware", ingress("traefik.ingress.kubernetes.io/router.middlewares: auth@kubernetescrd", "orders-rest"), ""},
		{"a load balancer of the Service", rest(""), "error FLK863"},
		{"an internal one", rest("service.beta.kubernetes.io/aws-load-balancer-scheme:internal"), "warning FLK863"},
		{"one that is meant", rest("a:b, helm-flink.dev/allow-unauthenticated:true"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			for _, f := range judge(t, all, tt.yaml, nil) {
				if f.Code >= "FLK860" && f.Code <= "FLK869" {
					got = strings.TrimSpace(got + " " + f.Severity.String() + " " + string(f.Code))
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
