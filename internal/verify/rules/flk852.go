package rules

import (
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK852 is about the names of ports.
func (Catalogue) FLK852() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "PodMonitor names a port that the pods do not have", Severity: diag.Warning,
			What:   "A PodMonitor selects pods of Flink or of its operator, and one of its endpoints names a port that no container of theirs names.",
			Why:    "Prometheus looks for the port by the name in the pod: it makes no target of a pod without it, and says nothing.",
			Bad:    monitorExample + "---\nkind: FlinkDeployment\nspec:\n  flinkConfiguration:\n" + reporterLines,
			Good:   monitorExample + monitoredJob,
			Source: "prometheus-operator 0.85, PodMetricsEndpoint.port",
		},
		Across: func(w *model.World) Across {
			monitors := podMonitorsOf(w)
			if len(monitors) == 0 {
				return Across{}
			}
			said := map[string]bool{}
			missing := func(p flinkPod, name string, say model.Say) {
				for _, m := range monitors {
					if !m.takes(p) {
						continue
					}
					for i, e := range m.endpoints {
						once := fmt.Sprint(m.Key, i, name)
						if e.name == "" || e.on(p.ports) != 0 || said[once] {
							continue
						}
						said[once] = true
						say(model.Problem{
							Subject: m.Subject, Field: []string{"spec", "podMetricsEndpoints", fmt.Sprint(i), "port"},
							Message: fmt.Sprintf("no container of the %s of %s has a port named %s", p.what, name, e),
							Hint: "give the main container of the pod template a port of that name: ports: [{name: metrics, containerPort: 9249}]; " +
								"these are there: " + enumerate(portNames(p)),
						})
					}
				}
			}
			return Across{
				Cluster: func(c *model.Cluster, say model.Say) {
					for _, p := range flinkPods(c) {
						missing(p, c.Key.Name, say)
					}
				},
				Done: func(say model.Say) {
					for _, p := range operatorsScraped(w) {
						missing(p, p.what, say)
					}
				},
			}
		},
	}
}

func portNames(p flinkPod) []string {
	var names []string
	for _, port := range p.ports {
		if port.Name != "" && !slices.Contains(names, port.Name) {
			names = append(names, port.Name)
		}
	}
	slices.Sort(names)
	return names
}
