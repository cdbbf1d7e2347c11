package spec_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/metrics"
)

// TestAlertsOfTheSchema holds the names that the schema takes against the alerts that there are.
func TestAlertsOfTheSchema(t *testing.T) {
	t.Parallel()
	root := loadSchema(t)
	at := func(path ...string) any {
		var v any = root
		for _, key := range path {
			v = v.(map[string]any)[key]
		}
		return v
	}
	names := func(alerts []metrics.Alert) string {
		var out []any
		for _, a := range alerts {
			out = append(out, a.Name)
		}
		return fmt.Sprint(out)
	}
	if got := fmt.Sprint(at("$defs", "monitoring", "properties", "alerts", "propertyNames", "enum")); got != names(metrics.JobAlerts()) {
		t.Errorf("monitoring.alerts takes %s", got)
	}
	operator := at("properties", "operator", "properties", "monitoring", "properties", "alerts", "propertyNames", "enum")
	if got := fmt.Sprint(operator); got != names(metrics.OperatorAlerts()) {
		t.Errorf("operator.monitoring.alerts takes %s", got)
	}
}

// TestMonitoringValues asks for single values of the charts.
func TestMonitoringValues(t *testing.T) {
	t.Parallel()
	const on = "jobDefaults: { monitoring: { prometheus: { enabled: true } } }\n"
	const opening = "namespaces pay networkPolicy metrics"
	const operatorOpening = "namespaces flink-kubernetes-operator networkPolicy metrics"
	tests := []struct{ name, over, chart, path, want string }{
		{"nothing is open by itself", "monitoring: { namespaces: [prom] }", "flink-namespaces", opening, "<nil>"},
		{"what is scraped is open to Prometheus", on + "monitoring: { namespaces: [prom] }", "flink-namespaces", opening, "map[namespaces:[prom]]"},
		{"the add-on says where it runs", on + "addons: { kube-prometheus-stack: { enabled: true } }", "flink-namespaces", opening,
			"map[namespaces:[monitoring]]"},
		{"the team's own word wins", on + "monitoring: { namespaces: [prom] }\nteams: { payments: { networkPolicy: { metricsNamespaces: [own] } } }",
			"flink-namespaces", opening, "map[namespaces:[own]]"},
		{"another port is opened", on + "monitoring: { namespaces: [prom] }\njobs: { orders: { monitoring: { prometheus: { port: 9300 } } } }",
			"flink-namespaces", opening, "map[namespaces:[prom] ports:[9300]]"},
		{"beside the usual one of a job that has its own reporter",
			"monitoring: { namespaces: [prom] }\njobs: { orders: { monitoring: { prometheus: { enabled: true, port: 9300 } } }, " +
				"own: { team: payments, jarURI: \"local:///job.jar\" } }",
			"flink-namespaces", opening, "map[namespaces:[prom] ports:[9249 9300]]"},
		{"the operator's port", "monitoring: { namespaces: [prom] }\noperator: { monitoring: { prometheus: { enabled: true } } }",
			"flink-namespaces", operatorOpening, "map[namespaces:[prom]]"},
		{"another port of the operator", "monitoring: { namespaces: [prom] }\noperator: { monitoring: { prometheus: { enabled: true, port: 9000 } } }",
			"flink-namespaces", operatorOpening, "map[namespaces:[prom] ports:[9000]]"},
		{"metricsNamespaces alone stays as it was", "teams: { payments: { networkPolicy: { metricsNamespaces: [own] } } }",
			"flink-namespaces", opening, "map[namespaces:[own]]"},
		{"the operator's port in its chart", "operator: { monitoring: { prometheus: { enabled: true } } }", "flink-operator", "metrics port", "9999"},
		{"the user's port of the chart stays", "operator: { values: { metrics: { port: 1 } }, monitoring: { prometheus: { enabled: true } } }",
			"flink-operator", "metrics port", "1"},
		{"the reporter goes behind the user's configuration",
			"operator: { values: { defaultConfiguration: { flink-conf.yaml: \"a: b\" } }, monitoring: { prometheus: { enabled: true } } }",
			"flink-operator", "defaultConfiguration flink-conf.yaml",
			"a: b\nkubernetes.operator.metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory\n" +
				"kubernetes.operator.metrics.reporter.prom.port: 9999\n"},
		{"but not where the user has it",
			"operator: { values: { defaultConfiguration: { flink-conf.yaml: \"kubernetes.operator.metrics.reporter.prom.factory.class: x\\n" +
				"kubernetes.operator.metrics.reporter.prom.port: 1\" } }, monitoring: { prometheus: { enabled: true } } }",
			"flink-operator", "defaultConfiguration flink-conf.yaml",
			"kubernetes.operator.metrics.reporter.prom.factory.class: x\nkubernetes.operator.metrics.reporter.prom.port: 1"},
		{"what is a remark only is not there",
			"operator: { values: { defaultConfiguration: { flink-conf.yaml: \"# kubernetes.operator.metrics.reporter.prom.factory.class: x\\n" +
				"kubernetes.operator.metrics.reporter.prom.port: 1\" } }, monitoring: { prometheus: { enabled: true } } }",
			"flink-operator", "defaultConfiguration flink-conf.yaml",
			"# kubernetes.operator.metrics.reporter.prom.factory.class: x\nkubernetes.operator.metrics.reporter.prom.port: 1\n" +
				"kubernetes.operator.metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory\n"},
		{"config.yaml goes before flink-conf.yaml, and may be a tree",
			"operator: { values: { defaultConfiguration: { config.yaml: \"kubernetes:\\n  operator:\\n    metrics.reporter.prom.port: 1\" } }, " +
				"monitoring: { prometheus: { enabled: true } } }",
			"flink-operator", "defaultConfiguration", "map[config.yaml:kubernetes:\n  operator:\n    metrics.reporter.prom.port: 1\n" +
				"kubernetes.operator.metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory\n]"},
		{"no rules", on + "monitoring: { alerts: { enabled: false } }", "flink-monitoring", "prometheusRules", "map[]"},
		{"no dashboards", on + "monitoring: { dashboards: { enabled: false } }", "flink-monitoring", "dashboards", "map[]"},
		{"dashboards are found by Grafana's label", on, "flink-monitoring", "dashboards flink-dashboard-job labels", "map[grafana_dashboard:1]"},
		{"or by another", on + "monitoring: { dashboards: { labels: { mine: yes } } }", "flink-monitoring", "dashboards flink-dashboard-job labels",
			"map[mine:yes]"},
		{"another name of the operator", "operator: { values: { nameOverride: fko }, monitoring: { prometheus: { enabled: true } } }",
			"flink-monitoring", "podMonitors flink-kubernetes-operator/fko spec selector", "map[matchLabels:map[app.kubernetes.io/name:fko]]"},
		{"a job can be left out", on + "jobs: { orders: { monitoring: { prometheus: { enabled: false } } } }\n" +
			"sessionClusters: { adhoc: { team: payments } }", "flink-monitoring", "podMonitors pay/flink-orders", "<nil>"},
		{"no alert is left", on + allOff(), "flink-monitoring", "prometheusRules", "map[]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, findings := load(t, tt.over)
			if findings.Has(diag.Error) {
				t.Fatal(findings)
			}
			var v any = chart(t, p, tt.chart)
			for key := range strings.FieldsSeq(tt.path) {
				m, _ := v.(map[string]any)
				v = m[key]
			}
			if got := fmt.Sprint(v); got != tt.want {
				t.Errorf("%s is %s, want %s", tt.path, got, tt.want)
			}
		})
	}
}

// allOff switches every alert on jobs off.
func allOff() string {
	var names []string
	for _, a := range metrics.JobAlerts() {
		names = append(names, a.Name+": { enabled: false }")
	}
	return "jobs: { orders: { monitoring: { alerts: { " + strings.Join(names, ", ") + " } } } }"
}

// TestThresholdsFollowTheSettings: what is written in flinkConfiguration counts, and the slowest job of a session cluster.
func TestThresholdsFollowTheSettings(t *testing.T) {
	t.Parallel()
	const on = "jobDefaults: { monitoring: { prometheus: { enabled: true } } }\n"
	for over, want := range map[string]string{
		on: "780s", // three times 1 minute and 10
		on + "jobs: { orders: { checkpoints: { interval: 20m } } }":                                            "4200s",
		on + "jobs: { orders: { flinkConfiguration: { execution.checkpointing.interval: 30 min } } }":          "6000s",
		on + "jobs: { orders: { checkpoints: { interval: 1s, timeout: 1m } } }":                                "600s",
		on + "jobs: { orders: { monitoring: { alerts: { FlinkCheckpointTooOld: { threshold: 420 } } } } }":     "420s",
		on + "jobs: { orders: { flinkConfiguration: { execution.runtime-mode: batch } } }":                     "", // it is not expected to run
		on + "jobs: { orders: { flinkConfiguration: { execution.checkpointing.interval: null } } }":            "",
		on + "jobs: { orders: { spec: { flinkConfiguration: { execution.checkpointing.interval: 30 min } } }}": "6000s",
	} {
		p, _ := load(t, over)
		rules := fmt.Sprint(chart(t, p, "flink-monitoring")["prometheusRules"])
		if has := strings.Contains(rules, "FlinkCheckpointTooOld"); has != (want != "") || !strings.Contains(rules, "offset "+want) && has {
			t.Errorf("%s: want an age of %q, got\n%s", over, want, rules)
		}
	}
	p, _ := load(t, "sessionClusters: { adhoc: { team: payments, monitoring: { prometheus: { enabled: true } } } }\n"+
		"sessionJobs: { slow: { cluster: adhoc, jarURI: \"https://a/b.jar\", checkpoints: { interval: 1h } } }")
	if rules := fmt.Sprint(chart(t, p, "flink-monitoring")["prometheusRules"]); !strings.Contains(rules, "offset 11400s") {
		t.Errorf("the slowest job does not count:\n%s", rules)
	}
}

// TestMonitoringFindings asks what is said of monitoring that cannot work.
func TestMonitoringFindings(t *testing.T) {
	t.Parallel()
	const on = "jobDefaults: { monitoring: { prometheus: { enabled: true } } }\n"
	const threshold = "jobs.orders.monitoring.alerts.FlinkCheckpointTooOld.threshold"
	const alertOff = "jobs: { orders: { monitoring: { alerts: { FlinkJobNotRunning: { enabled: false } } } } }"
	age := func(seconds string) string {
		return "jobs: { orders: { monitoring: { alerts: { FlinkCheckpointTooOld: { threshold: " + seconds + " } } } } }"
	}
	filter := func(key, text string) string {
		return "jobDefaults: { monitoring: { prometheus: { enabled: true, " + key + ": [\"" + text + "\"] } } }\n"
	}
	const blueGreen = "blueGreen: { orders: { team: payments, jarURI: \"local:///job.jar\" } }\n"
	for over, want := range map[string]string{
		on + blueGreen: "FLK034 blueGreen.orders",
		blueGreen:      "",
		on + "monitoring: { interval: 30s, scrapeTimeout: 1m }": "FLK036 monitoring.scrapeTimeout",
		on + "monitoring: { interval: 1m, scrapeTimeout: 60s }": "",
		"monitoring: { scrapeTimeout: 1m }":                     "",
		on + age("0"):                                           "FLK036 " + threshold,
		on + age("42"):                                          "FLK036 " + threshold,
		on + age("60"):                                          "FLK036 " + threshold, // the checkpoints' own interval
		on + age("600"):                                         "",
		age("0"):                                                "",
		on + "monitoring: { alerts: { enabled: false } }\n" + age("0"):                          "",
		filter("includes", "*:numRecords*"):                                                     "FLK036 jobDefaults.monitoring.prometheus.includes",
		filter("includes", "*:numRecords*,running*"):                                            "",
		filter("includes", "*.job"):                                                             "",
		filter("includes", "jobmanager.job:*:counter,meter"):                                    "FLK036 jobDefaults.monitoring.prometheus.includes",
		filter("excludes", "jobmanager*:*Time"):                                                 "FLK036 jobDefaults.monitoring.prometheus.excludes",
		filter("includes", "jobmanager.job") + "sessionClusters: { adhoc: { team: payments } }": "FLK036 jobDefaults.monitoring.prometheus.includes",
		filter("excludes", "taskmanager*"):                                                      "",
		filter("includes", "a") + alertOff:                                                      "",
		filter("includes", "a") + "jobs: { orders: { runtimeMode: batch } }":                    "",
	} {
		_, findings := load(t, over)
		var got []string
		for _, f := range findings {
			if f.Severity >= diag.Warning {
				got = append(got, string(f.Code)+" "+f.Path)
			}
		}
		if said := strings.Join(got, ", "); said != want {
			t.Errorf("%s: got %q, want %q", over, said, want)
		}
	}
}

// TestMetricsIdentity finds the account and the role that sign what is sent to a workspace.
func TestMetricsIdentity(t *testing.T) {
	t.Parallel()
	const workspace = `remoteWrite: "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write"`
	for over, want := range map[string]string{
		`{ enabled: true, role: { name: amp }, ` + workspace + ` }`: "monitoring/kube-prometheus-stack-prometheus arn:aws:iam::111122223333:role/amp eu-west-1 ws-1",
		`{ enabled: true, namespace: prom, role: { name: amp }, values: { fullnameOverride: kps }, ` + workspace + ` }`: "prom/kps-prometheus " +
			"arn:aws:iam::111122223333:role/amp eu-west-1 ws-1",
		`{ enabled: true, role: { name: amp }, values: { prometheus: { serviceAccount: { name: own } } }, ` + workspace + ` }`: "monitoring/own " +
			"arn:aws:iam::111122223333:role/amp eu-west-1 ws-1",
		`{ enabled: true, ` + workspace + ` }`:                                                  "",
		`{ role: { name: amp }, ` + workspace + ` }`:                                            "",
		`{ enabled: true, role: { name: amp } }`:                                                "",
		`{ enabled: true, role: { name: amp }, remoteWrite: "https://mimir.example.com/push" }`: "",
	} {
		p, findings := load(t, "addons: { kube-prometheus-stack: "+over+" }")
		got := ""
		if id, ok := p.MetricsIdentity(); ok {
			got = fmt.Sprintf("%s/%s %s %s %s", id.Namespace, id.Account, id.RoleARN, id.Workspace.Region, id.Workspace.ID)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", over, got, want)
		}
		warned := slices.ContainsFunc(findings, func(f diag.Finding) bool { return f.Path == "addons.kube-prometheus-stack.remoteWrite" })
		if unsigned := over == `{ enabled: true, `+workspace+` }`; warned != unsigned {
			t.Errorf("%s: %v", over, findings)
		}
		if unsigned := addon(t, p, "kube-prometheus-stack"); strings.Contains(over, "eu-west-1") &&
			!strings.Contains(fmt.Sprint(unsigned.Values), "sigv4:map[region:eu-west-1]") {
			t.Errorf("%s: the region of the signature: %v", over, unsigned.Values)
		}
	}
}
