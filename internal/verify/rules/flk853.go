package rules

import (
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK853 holds PodMonitors against the reporters.
func (Catalogue) FLK853() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "scraped, but not reporting there", Severity: diag.Warning,
			What: "A PodMonitor scrapes a port of Flink's pods, or of the operator's, and the configuration starts no Prometheus reporter on it: there " +
				"is none, `metrics.reporters` leaves it out, or it listens on another port.",
			Why:    "Nothing listens: the target is down, no metrics arrive, and alerts on what is missing fire.",
			Bad:    monitorExample + monitoredJob + "    metrics.reporter.prom.port: \"9260\"\n",
			Good:   monitorExample + monitoredJob,
			Source: "Flink 1.20, deployment/metric_reporters; Flink operator 1.15, operations/metrics-logging",
		},
		Across: func(w *model.World) Across {
			monitors := podMonitorsOf(w)
			if len(monitors) == 0 {
				return Across{}
			}
			return Across{
				Cluster: func(c *model.Cluster, say model.Say) {
					if port := silent(monitors, flinkPods(c), c.Config, ""); port != 0 {
						say(silence(c.Subject, c.Field("flinkConfiguration", contradicting(c)), c.Config, "", port))
					}
				},
				Done: func(say model.Say) {
					if w.Operator.Seen == nil {
						return
					}
					if port := silent(monitors, operatorsScraped(w), w.Operator.Config, operatorKeys); port != 0 {
						say(silence(w.Operator.Seen.Subject, []string{"data", "flink-conf.yaml"}, w.Operator.Config, operatorKeys, port))
					}
				},
			}
		},
	}
}

// operatorKeys is what keys of the operator's own metrics begin with.
const operatorKeys = "kubernetes.operator."

// silent is a port of the pods that is scraped and on which no Prometheus reporter listens; 0 where there is none.
func silent(monitors []podMonitor, scraped []flinkPod, c flink.Config, prefix string) int32 {
	reporters := reportersOf(c, prefix)
	for _, p := range scraped {
		for _, m := range monitors {
			if !m.takes(p) {
				continue
			}
			for _, e := range m.endpoints {
				port := e.on(p.ports)
				if port != 0 && !slices.ContainsFunc(reporters, func(r reporter) bool {
					return r.prometheus() && (r.first <= port && port <= r.last || r.first == 0)
				}) {
					return port
				}
			}
		}
	}
	return 0
}

// contradicting is the key of a configuration that keeps the reporter from the port: the list of those that are
// started, or the port of another.
func contradicting(c *model.Cluster) string {
	const list = "metrics.reporters"
	if c.Own[list] != "" {
		return list
	}
	for _, r := range reportersOf(c.Config, "") {
		if key := "metrics.reporter." + r.name + ".port"; r.prometheus() && c.Own[key] != "" {
			return key
		}
	}
	return "metrics.reporter.prom.factory.class"
}

func silence(s *model.Subject, field []string, c flink.Config, prefix string, port int32) model.Problem {
	hint := fmt.Sprintf("set %smetrics.reporter.prom.factory.class to org.apache.flink.metrics.prometheus.PrometheusReporterFactory and "+
		"%smetrics.reporter.prom.port to %d", prefix, prefix, port)
	if started := c.Text(prefix + "metrics.reporters"); started != "" {
		hint += fmt.Sprintf("; %smetrics.reporters starts %s alone", prefix, started)
	}
	return model.Problem{
		Subject: s, Field: field, Message: fmt.Sprintf("port %d is scraped, and no Prometheus reporter listens on it", port), Hint: hint,
	}
}
