package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The reporter that we configure goes by the name prom (Flink documentation,
// deployment/metric_reporters; the operator takes the same keys behind its own
// prefix, operations/metrics-logging).
const (
	keyReporterClass    = "metrics.reporter.prom.factory.class"
	keyReporterPort     = "metrics.reporter.prom.port"
	keyReporterIncludes = "metrics.reporter.prom.filter.includes"
	keyReporterExcludes = "metrics.reporter.prom.filter.excludes"
	reporterClass       = "org.apache.flink.metrics.prometheus.PrometheusReporterFactory"
	keyJobStatus        = "metrics.job.status.enable"

	// metricsPort is the name of the container's port, in Flink's pods and in the
	// operator's chart.
	metricsPort = "metrics"
	// flinkMetrics is the port that flink-namespaces opens by itself.
	flinkMetrics = 9249
)

// reporterConfig sets the Prometheus reporter of a Flink cluster. Flink splits
// lists at semicolons (ConfigOption of type list, deployment/config).
func (k *cluster) reporterConfig(c config) {
	m := k.Monitoring.Prometheus
	if !m.Enabled {
		return
	}
	c.set(keyReporterClass, reporterClass)
	c.number(keyReporterPort, m.Port)
	c.set(keyReporterIncludes, strings.Join(m.Includes, ";"))
	c.set(keyReporterExcludes, strings.Join(m.Excludes, ";"))
}

// reporterPort is the port of the main container that is scraped.
func (k *cluster) reporterPort() []any {
	if !k.Monitoring.Prometheus.Enabled {
		return nil
	}
	return []any{object{"name": metricsPort, "containerPort": int64(k.Monitoring.Prometheus.Port), "protocol": "TCP"}}
}

// scraped returns the clusters whose metrics are reported.
func (p *Platform) scraped() []*cluster {
	return slices.DeleteFunc(p.clusters(), func(k *cluster) bool { return !k.Monitoring.Prometheus.Enabled })
}

// metricsOpening is who may scrape which ports of a namespace: what its policy
// says, or else, where anything is scraped there, the namespaces of Prometheus.
// Ports are left out where they are the chart's own.
func (p *Platform) metricsOpening(n NetworkPolicy, namespace string) object {
	var ports []int
	on, jobs := false, false
	for _, k := range p.clusters() {
		if k.team.Namespace != namespace {
			continue
		}
		jobs = true
		if m := k.Monitoring.Prometheus; m.Enabled {
			on, ports = true, append(ports, m.Port)
		} else {
			ports = append(ports, flinkMetrics)
		}
	}
	if namespace == p.Operator.Namespace {
		own := 9999
		if m := p.Operator.Monitoring.Prometheus; m.Enabled {
			on, own = true, m.Port
		}
		if !jobs && own == 9999 { // the chart's own port for an operator
			own = 0
		}
		if own != 0 {
			ports = append(ports, own)
		}
	}
	from := n.MetricsNamespaces
	if len(from) == 0 && on {
		from = p.prometheusNamespaces()
	}
	if len(from) == 0 {
		return nil
	}
	out := object{"namespaces": anyList(from)}
	slices.Sort(ports)
	if ports = slices.Compact(ports); on && len(ports) > 0 && (len(ports) > 1 || ports[0] != flinkMetrics) {
		out["ports"] = ints(ports)
	}
	return out
}

// prometheusNamespaces is where Prometheus runs, as far as the values tell.
func (p *Platform) prometheusNamespaces() []string {
	if len(p.Monitoring.Namespaces) > 0 {
		return p.Monitoring.Namespaces
	}
	if a := p.Addons[prometheusStack]; a != nil && a.Enabled {
		return []string{cmp.Or(a.Namespace, knownAddons()[prometheusStack].namespace)}
	}
	return nil
}

// operatorMetrics lays over the values of the operator's chart what makes it
// report: its port, and the reporter in the configuration, behind what the user
// has there. A text in the values replaces the chart's own, so ours repeats its
// intervals (helm/flink-kubernetes-operator/values.yaml of 1.15).
func (p *Platform) operatorMetrics(out object) object {
	m := p.Operator.Monitoring.Prometheus
	if !m.Enabled {
		return out
	}
	text, _ := dig(out, "defaultConfiguration")["flink-conf.yaml"].(string)
	if text == "" {
		text = "kubernetes.operator.reconcile.interval: 15 s\nkubernetes.operator.observer.progress-check.interval: 5 s\n"
	}
	add := func(key, value string) {
		if !strings.Contains(text, key) {
			text = fmt.Sprintf("%s\n%s: %s\n", strings.TrimSuffix(text, "\n"), key, value)
		}
	}
	add(operatorPrefix+keyReporterClass, reporterClass)
	add(operatorPrefix+keyReporterPort, strconv.Itoa(m.Port))
	over := object{"defaultConfiguration": object{"flink-conf.yaml": text}}
	if dig(out, "metrics")["port"] == nil {
		over["metrics"] = object{"port": int64(m.Port)}
	}
	return mergeSpec(out, over)
}

const operatorPrefix = "kubernetes.operator."
