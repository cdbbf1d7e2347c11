package rules

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK851 is about PodMonitors that miss the pods.
func (Catalogue) FLK851() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "PodMonitor selects no Flink pods", Severity: diag.Warning,
			What: "A PodMonitor asks for Flink's labels, a `component` that is jobmanager or taskmanager or an `app` that is nearly the name of " +
				"a job, in a namespace with Flink jobs of the input, and none of their pods has them.",
			Why: "Prometheus scrapes nothing, and says nothing: there is no target that could be down.",
			Bad: "apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {name: flink, namespace: team-a}\nspec:\n" +
				"  selector: {matchLabels: {app: order}}\n  podMetricsEndpoints: [{port: metrics}]\n" + monitoredJob,
			Good:   monitorExample + monitoredJob,
			Source: "prometheus-operator 0.85, PodMonitorSpec.selector; apache/flink 1.20, KubernetesUtils.getCommonLabels",
		},
		Across: func(w *model.World) Across {
			monitors := podMonitorsOf(w)
			if len(monitors) == 0 {
				return Across{}
			}
			taken, names := make([]bool, len(monitors)), make([][]string, len(monitors))
			return Across{
				Cluster: func(c *model.Cluster, _ model.Say) {
					for i, m := range monitors {
						for _, p := range flinkPods(c) {
							taken[i] = taken[i] || m.takes(p)
							if m.any || slices.Contains(m.namespaces, p.namespace) {
								for _, own := range p.labels {
									names[i] = append(names[i], own["app"])
								}
							}
						}
					}
				},
				Done: func(say model.Say) {
					for i, m := range monitors {
						slices.Sort(names[i])
						names[i] = slices.Compact(names[i])
						if taken[i] || len(names[i]) == 0 || !m.meansFlink(names[i]) {
							continue
						}
						say(model.Problem{
							Subject: m.Subject, Field: []string{"spec", "selector"},
							Message: fmt.Sprintf("PodMonitor %s selects no pod of the Flink jobs in its namespaces: %s", m.Key.Name, m.pods),
							Hint: "Flink's pods have the labels app, which is the name of the FlinkDeployment, and component, jobmanager or " +
								"taskmanager; these are there: " + enumerate(names[i]),
						})
					}
				},
			}
		},
	}
}

// meansFlink reports whether a selector is meant for Flink's pods.
func (m podMonitor) meansFlink(apps []string) bool {
	requirements, _ := m.pods.Requirements()
	return slices.ContainsFunc(requirements, func(r labels.Requirement) bool {
		return slices.ContainsFunc(r.Values().UnsortedList(), func(value string) bool {
			switch r.Key() {
			case "component":
				return value == "jobmanager" || value == "taskmanager"
			case "app":
				return diag.Nearest(value, apps) != ""
			}
			return false
		})
	})
}
