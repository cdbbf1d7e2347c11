package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
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
	// The ports that flink-namespaces opens by itself, of jobs and of the operator.
	flinkMetrics        = 9249
	operatorMetricsPort = 9999
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

// jobMetricsOpening is who may scrape which ports of a team's clusters.
func (p *Platform) jobMetricsOpening(n NetworkPolicy, clusters []*cluster) object {
	var ports []int
	on := false
	for _, k := range clusters {
		if m := k.Monitoring.Prometheus; m.Enabled {
			on, ports = true, append(ports, m.Port)
		} else {
			ports = append(ports, flinkMetrics)
		}
	}
	return p.metricsOpening(n, on, ports, flinkMetrics)
}

// operatorMetricsOpening is who may scrape the operator.
func (p *Platform) operatorMetricsOpening(n NetworkPolicy) object {
	m := p.Operator.Monitoring.Prometheus
	return p.metricsOpening(n, m.Enabled, []int{m.Port}, operatorMetricsPort)
}

// metricsOpening is who may scrape which ports: whom the policy says, or else,
// where anything is scraped, the namespaces of Prometheus. Ports are left out
// where they are the chart's own.
func (p *Platform) metricsOpening(n NetworkPolicy, on bool, ports []int, usual int) object {
	from := n.MetricsNamespaces
	if len(from) == 0 && on {
		from = p.prometheusNamespaces()
	}
	if len(from) == 0 {
		return nil
	}
	out := object{"namespaces": anyList(from)}
	slices.Sort(ports)
	if ports = slices.Compact(ports); on && !slices.Equal(ports, []int{usual}) {
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
// has there: in config.yaml, which goes before flink-conf.yaml, or in that. A text in
// the values replaces the chart's own, so ours repeats its intervals
// (helm/flink-kubernetes-operator/values.yaml of 1.15).
func (p *Platform) operatorMetrics(out object) object {
	m := p.Operator.Monitoring.Prometheus
	if !m.Enabled {
		return out
	}
	file := "flink-conf.yaml"
	text, _ := dig(out, "defaultConfiguration")["config.yaml"].(string)
	if text != "" { // the chart then mounts that one
		file = "config.yaml"
	} else if text, _ = dig(out, "defaultConfiguration")[file].(string); text == "" {
		text = "kubernetes.operator.reconcile.interval: 15 s\nkubernetes.operator.observer.progress-check.interval: 5 s\n"
	}
	given := v1beta1.ReadConf(text)
	add := func(key, value string) {
		if _, ok := given[key]; !ok {
			text = fmt.Sprintf("%s\n%s: %s\n", strings.TrimSuffix(text, "\n"), key, value)
		}
	}
	add(operatorPrefix+keyReporterClass, reporterClass)
	add(operatorPrefix+keyReporterPort, strconv.Itoa(m.Port))
	over := object{"defaultConfiguration": object{file: text}}
	if dig(out, "metrics")["port"] == nil {
		over["metrics"] = object{"port": int64(m.Port)}
	}
	return mergeSpec(out, over)
}

const operatorPrefix = "kubernetes.operator."

// MetricsIdentity is the Prometheus of the add-on with what it signs with.
type MetricsIdentity struct {
	Namespace, Account, RoleARN string
	Workspace                   aws.Workspace
}

// MetricsIdentity returns the service account and role of the add-on
// kube-prometheus-stack, where it is on, writes to a workspace of Amazon Managed
// Service for Prometheus and has a role. The account is named as the chart names it
// (charts/kube-prometheus-stack/templates/_helpers.tpl: the release, which holds
// the chart's name, and -prometheus).
func (p *Platform) MetricsIdentity() (MetricsIdentity, bool) {
	a := p.Addons[prometheusStack]
	if a == nil || !a.Enabled || a.Role == nil {
		return MetricsIdentity{}, false
	}
	w, ok := aws.ParseWorkspace(a.RemoteWrite)
	full, _ := a.Values["fullnameOverride"].(string)
	account, _ := dig(a.Values, "prometheus", "serviceAccount")["name"].(string)
	return MetricsIdentity{
		Namespace: cmp.Or(a.Namespace, knownAddons()[prometheusStack].namespace),
		Account:   cmp.Or(account, cmp.Or(full, prometheusStack)+"-prometheus"),
		RoleARN:   p.arn(a.Role), Workspace: w,
	}, ok
}
