package rules

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// What the examples about metrics are made of: a PodMonitor, and a job with a
// reporter and its port.
const (
	monitorExample = "apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {name: flink, namespace: team-a}\nspec:\n" +
		"  selector: {matchLabels: {app: orders}}\n  podMetricsEndpoints: [{port: metrics}]\n"
	reporterLines = "    metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory\n"
	monitoredJob  = "---\nkind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      containers:\n" +
		"      - name: flink-main-container\n" +
		"        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n" +
		"        env: [{name: ENABLE_BUILT_IN_PLUGINS, value: flink-s3-fs-presto-1.20.4.jar}]\n" +
		"        ports: [{name: metrics, containerPort: 9249}]\n" + "  flinkConfiguration:\n" + reporterLines
)

// operatorsScraped are the pods of the operators in the input.
func operatorsScraped(w *model.World) []flinkPod {
	var out []flinkPod
	for _, d := range operatorDeployments(w) {
		p := flinkPod{what: "operator", namespace: d.namespace, labels: []map[string]string{d.labels}}
		for _, c := range d.containers {
			for _, port := range listAt(c, "ports") {
				p.ports = append(p.ports, corev1.ContainerPort{
					Name: textAt(port, "name"), ContainerPort: int32(numberAt(port, "containerPort")),
				})
			}
		}
		out = append(out, p)
	}
	return out
}
