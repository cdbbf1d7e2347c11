package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK854 is about reporters that want a port that is taken.
func (Catalogue) FLK854() Rule {
	const two = "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n" + reporterLines +
		"    metrics.reporter.other.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory\n"
	return Rule{
		Entry: diag.Entry{
			Title: "metrics reporter on a port that is taken", Severity: diag.Warning,
			What: "Two reporters of a job listen on the same port, or one on a port of Flink itself (REST 8081, RPC 6122 and 6123, blobs 6124, unless they are " +
				"configured otherwise), and there is no range to choose from. Prometheus' reporter listens on 9249 unless its port is set.",
			Why: "The one that comes second finds the port taken. A reporter is then left out, with an error in the log alone; which one that is depends " +
				"on the order. Flink itself does not start.",
			Bad:    two,
			Good:   two + "    metrics.reporter.other.port: \"9260\"\n",
			Source: "Flink 1.20, deployment/metric_reporters, deployment/config; flink-metrics-prometheus 1.20, PrometheusReporter (could not start on any configured port)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			taken := flinkPorts(c)
			for _, r := range reportersOf(c.Config, "") {
				if r.first == 0 || r.first != r.last {
					continue
				}
				if other := taken[r.first]; other != "" {
					key := "metrics.reporter." + r.name + "."
					field := key + "port"
					if c.Own[field] == "" { // it is the reporter's default
						field = key + "factory.class"
					}
					free := int32(9249)
					for taken[free] != "" {
						free++
					}
					say(model.Problem{
						Field:   c.Setting(field),
						Message: fmt.Sprintf("%s and the reporter %s both listen on port %d", other, r.name, r.first),
						Hint:    fmt.Sprintf("set metrics.reporter.%s.port to another port, such as %d, or leave one of the two out", r.name, free),
					})
				}
				taken[r.first] = "the reporter " + r.name
			}
		},
	}
}

// flinkPorts are those that Flink listens on in a pod, with what for (Flink 1.20, deployment/config; the operator's
// constants for Kubernetes).
func flinkPorts(c *model.Cluster) map[int32]string {
	out := map[int32]string{}
	for key, port := range map[string]int{
		"rest.port": 8081, "jobmanager.rpc.port": 6123, "taskmanager.rpc.port": 6122, "blob.server.port": 6124,
	} {
		out[int32(c.Config.Int(port, key))] = "Flink itself (" + key + ")"
	}
	return out
}
