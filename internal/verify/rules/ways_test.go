package rules_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// TestTakenPortsAndLostWays: what FLK854, FLK855 and FLK864 say beyond their examples.
func TestTakenPortsAndLostWays(t *testing.T) {
	t.Parallel()
	const (
		reporter = "    metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory\n" +
			"    metrics.reporter.prom.port: \"8081\"\n"
		job     = "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n"
		renamed = "kind: FlinkDeployment\nmetadata: {name: blue-orders}\n---\n"
		ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: ui\n  namespace: team-a\n" +
			"  annotations: {nginx.ingress.kubernetes.io/auth-url: \"https://oauth2.example.com/auth\"}\nspec:\n  ingressClassName: nginx\n  rules:\n" +
			"  - host: a.example.com\n    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: orders-rest, port: {number: 8081}}}}]}\n"
		alerts = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: flink-orders, namespace: team-a}\nspec:\n  groups:\n" +
			"  - name: a\n    rules:\n    - {alert: A, expr: 'absent(flink_jobmanager_job_runningTime{namespace=\"team-a\",app=\"orders\"} > 0)'}\n"
		service = "apiVersion: v1\nkind: Service\nmetadata: {name: orders-rest, namespace: team-a}\nspec: {ports: [{port: 8081}]}\n---\n"
		blue    = "kind: FlinkBlueGreenDeployment\nmetadata: {name: orders}\n---\nkind: FlinkDeployment\nmetadata: {name: orders-blue-old}\n---\n"
	)
	for name, c := range map[string]struct{ input, code, want string }{
		"a reporter on the port of the web interface": {
			job + reporter, "FLK854", "Flink itself (rest.port) and the reporter prom both listen on port 8081",
		},
		"a web interface on another port":  {job + "    rest.port: \"8082\"\n" + reporter, "FLK854", ""},
		"a prefix":                         {renamed + ingress, "FLK864", "there is no orders, but blue-orders"},
		"a prefix, and the Service itself": {renamed + service + ingress, "FLK864", ""},
		"another cluster":                  {strings.ReplaceAll(renamed, "blue-orders", "clicks") + ingress, "FLK864", ""},
		"alerts on a prefixed one":         {renamed + alerts, "FLK855", "Flink cluster orders, which is not there, but blue-orders is"},
		"alerts on one that is there":      {strings.ReplaceAll(renamed, "blue-orders", "orders") + alerts, "FLK855", ""},
		"alerts on one that is elsewhere":  {strings.ReplaceAll(renamed, "blue-orders", "clicks") + alerts, "FLK855", ""},
		"alerts on somebody else's metrics": {
			renamed + strings.ReplaceAll(alerts, "flink_jobmanager_job_runningTime{", "http_requests_total{"), "FLK855", "",
		},
		"alerts on colours": {blue + strings.ReplaceAll(alerts, `app="orders"`, `app=~"(orders-blue|orders-green)"`), "FLK855", ""},
		"a colour":          {blue + strings.ReplaceAll(ingress, "orders-rest", "orders-blue-rest"), "FLK864", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range judge(t, rules.All(), c.input, nil) {
				if string(f.Code) == c.code {
					got = append(got, f.Message)
				}
			}
			switch {
			case c.want == "" && len(got) > 0:
				t.Errorf("%q", got)
			case c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)):
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
