package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK854 is about reporters that want one port.
func (Catalogue) FLK854() Rule {
	const two = "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n" + reporterLines +
		"    metrics.reporter.other.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory\n"
	return Rule{
		Entry: diag.Entry{
			Title: "two metrics reporters on one port", Severity: diag.Warning,
			What: "Two reporters of a job listen on the same port, and neither has a range to choose from. Prometheus' reporter listens on 9249 " +
				"unless its port is set.",
			Why:    "The second one finds the port taken and is left out, with an error in the log alone; which one that is depends on the order.",
			Bad:    two,
			Good:   two + "    metrics.reporter.other.port: \"9260\"\n",
			Source: "Flink 1.20, deployment/metric_reporters; flink-metrics-prometheus 1.20, PrometheusReporter (could not start on any configured port)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			at := map[int32]string{}
			for _, r := range reportersOf(c.Config, "") {
				if r.first == 0 || r.first != r.last {
					continue
				}
				if other := at[r.first]; other != "" {
					key := "metrics.reporter." + r.name + "."
					field := key + "port"
					if c.Own[field] == "" { // it is the reporter's default
						field = key + "factory.class"
					}
					say(model.Problem{
						Field:   c.Setting(field),
						Message: fmt.Sprintf("the reporters %s and %s both listen on port %d", other, r.name, r.first),
						Hint:    fmt.Sprintf("leave one out, or set metrics.reporter.%s.port to another port", r.name),
					})
				}
				at[r.first] = r.name
			}
		},
	}
}
