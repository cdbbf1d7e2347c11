package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// podMonitor is a PodMonitor of the input, as far as rules ask
// (prometheus-operator 0.85, PodMonitorSpec).
type podMonitor struct {
	*model.Subject
	pods labels.Selector
	// namespaces are those it looks into; any says that it looks into all.
	namespaces []string
	any        bool
	endpoints  []scraped
}

// scraped is one endpoint: a port by the name that the container gives it, or by
// its number.
type scraped struct {
	name   string
	number int32
}

func (s scraped) String() string {
	if s.name != "" {
		return strconv.Quote(s.name)
	}
	return strconv.Itoa(int(s.number))
}

// podMonitorsOf reads the PodMonitors of the input. One whose selector is none is
// left out: the API server refuses it.
func podMonitorsOf(w *model.World) []podMonitor {
	var out []podMonitor
	for _, o := range w.Kind("PodMonitor") {
		var selector metav1.LabelSelector
		raw, _ := valueAt(o.Data, "spec", "selector").(map[string]any)
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(raw, &selector); err != nil {
			continue
		}
		matching, err := metav1.LabelSelectorAsSelector(&selector)
		if err != nil {
			continue
		}
		m := podMonitor{Subject: o.Subject, pods: matching, namespaces: []string{o.Key.Namespace}}
		if in, ok := valueAt(o.Data, "spec", "namespaceSelector").(map[string]any); ok && len(in) > 0 {
			m.any, _ = in["any"].(bool)
			m.namespaces = nil
			for _, name := range listAt(in, "matchNames") {
				if name, ok := name.(string); ok {
					m.namespaces = append(m.namespaces, name)
				}
			}
		}
		for _, e := range listAt(o.Data, "spec", "podMetricsEndpoints") {
			m.endpoints = append(m.endpoints, scraped{textAt(e, "port"), int32(numberAt(e, "portNumber"))})
		}
		out = append(out, m)
	}
	return out
}

// selects reports whether a pod of a namespace is scraped.
func (m podMonitor) selects(namespace string, own map[string]string) bool {
	return (m.any || slices.Contains(m.namespaces, namespace)) && m.pods.Matches(labels.Set(own))
}

// on gives the number of the endpoint's port on a pod, 0 where the pod has none of
// its name. A number needs no name.
func (s scraped) on(ports []corev1.ContainerPort) int32 {
	for _, p := range ports {
		if s.name != "" && p.Name == s.name {
			return p.ContainerPort
		}
	}
	if s.name != "" {
		return 0
	}
	return s.number
}

// flinkPod is a pod of a Flink cluster, or of the operator.
type flinkPod struct {
	what      string
	namespace string
	// labels has one set, or two of a blue/green deployment.
	labels []map[string]string
	ports  []corev1.ContainerPort
	host   bool
}

// flinkPods are the two pods of a cluster.
func flinkPods(c *model.Cluster) []flinkPod {
	set := c.Pods()
	var out []flinkPod
	for _, g := range []pods.Group{set.JobManager, set.TaskManager} {
		p := flinkPod{
			what: roleName(g.Role), namespace: g.Template.Namespace, labels: []map[string]string{g.Template.Labels},
			host: g.Template.Spec.HostNetwork,
		}
		if c.BlueGreen {
			p.labels = nil
			for _, colour := range []string{"-blue", "-green"} {
				own := map[string]string{}
				maps.Copy(own, g.Template.Labels)
				own["app"] = c.Key.Name + colour
				p.labels = append(p.labels, own)
			}
		}
		for _, container := range g.Template.Spec.Containers {
			p.ports = append(p.ports, container.Ports...)
		}
		out = append(out, p)
	}
	return out
}

func (m podMonitor) takes(p flinkPod) bool {
	return slices.ContainsFunc(p.labels, func(own map[string]string) bool { return m.selects(p.namespace, own) })
}

// reporter is a metrics reporter of a configuration.
type reporter struct {
	name, class string
	// first and last are the ports that it may take; 0 where it takes none that is known.
	first, last int32
}

// prometheus reports whether it is the one that Prometheus scrapes: the factory, or
// the class of before Flink 1.16.
func (r reporter) prometheus() bool {
	return strings.HasSuffix(r.class, ".PrometheusReporterFactory") || strings.HasSuffix(r.class, ".PrometheusReporter")
}

// reportersOf are the reporters that a configuration starts, in the order of their
// names: all that have a class, or those of metrics.reporters out of them. prefix is
// in front of every key. Prometheus' reporter listens on 9249 unless it is told
// otherwise, and takes the first free port of a range (Flink documentation,
// deployment/metric_reporters).
func reportersOf(c flink.Config, prefix string) []reporter {
	started := strings.FieldsFunc(c.Text(prefix+"metrics.reporters"), func(r rune) bool { return strings.ContainsRune(", ;", r) })
	var out []reporter
	for key := range c {
		rest, ok := strings.CutPrefix(key, prefix+"metrics.reporter.")
		if !ok {
			continue
		}
		name, field, _ := strings.Cut(rest, ".")
		if field != "factory.class" && (field != "class" || c.Text(prefix+"metrics.reporter."+name+".factory.class") != "") {
			continue
		}
		if len(started) > 0 && !slices.Contains(started, name) {
			continue
		}
		r := reporter{name: name, class: c.Text(key)}
		port := c.Text(prefix + "metrics.reporter." + name + ".port")
		if port == "" && r.prometheus() {
			port = "9249"
		}
		first, last, isRange := strings.Cut(port, "-")
		if !isRange {
			last = first
		}
		r.first, r.last = portOf(first), portOf(last)
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b reporter) int { return strings.Compare(a.name, b.name) })
	return out
}

func portOf(text string) int32 {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
	if err != nil {
		return 0
	}
	return int32(n)
}
