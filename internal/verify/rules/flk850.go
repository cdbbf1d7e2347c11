package rules

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK850 holds PodMonitors against network policies.
func (Catalogue) FLK850() Rule {
	const scraped = monitorExample + monitoredJob
	const denied = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: team-a}\n" +
		"spec: {podSelector: {}, policyTypes: [Ingress]}\n"
	return Rule{
		Entry: diag.Entry{
			Title: "network policies close a metrics port", Severity: diag.Warning,
			What: "A PodMonitor scrapes pods of Flink or of its operator, network policies of the input select these pods, and none lets " +
				"anybody but the cluster's own pods reach the port. Where the input is the whole platform it is an error.",
			Why: "Prometheus' requests time out: no metrics arrive, and alerts on what is missing fire for jobs that are well.",
			Bad: scraped + denied,
			Good: scraped + denied + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: metrics, namespace: team-a}\n" +
				"spec:\n  podSelector: {}\n  policyTypes: [Ingress]\n  ingress:\n  - ports: [{port: 9249}]\n    from:\n" +
				"    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}\n" +
				"  - from: [{podSelector: {matchLabels: {app: orders}}}]\n",
			Source: "Kubernetes, concepts/services-networking/network-policies; prometheus-operator 0.85, PodMonitorSpec",
		},
		Across: func(w *model.World) Across {
			monitors := podMonitorsOf(w)
			if len(monitors) == 0 || len(w.Kind("NetworkPolicy")) == 0 {
				return Across{}
			}
			all, said := policiesOf(w), map[string]bool{}
			judge := func(p flinkPod, say model.Say) { all.closed(w, monitors, p, said, say) }
			return Across{
				Cluster: func(c *model.Cluster, say model.Say) {
					for _, p := range flinkPods(c) {
						judge(p, say)
					}
				},
				Done: func(say model.Say) {
					for _, p := range operatorsScraped(w) {
						judge(p, say)
					}
				},
			}
		},
	}
}

// closed says which ports of a pod PodMonitors ask for in vain, once for each port
// of a namespace: its policies are what is to be changed.
func (p policies) closed(w *model.World, monitors []podMonitor, pod flinkPod, said map[string]bool, say model.Say) {
	if pod.host {
		return // policies do not bind pods on the network of their node
	}
	at := endpoint{namespace: pod.namespace, labels: pod.labels[0], ports: pod.ports}
	for _, m := range monitors {
		if !m.takes(pod) {
			continue
		}
		for i, e := range m.endpoints {
			port := e.on(pod.ports)
			once := fmt.Sprint(pod.namespace, " ", port)
			if port == 0 || said[once] {
				continue
			}
			if names := p.shut(at, port); len(names) > 0 {
				said[once] = true
				say(model.Problem{
					Subject: m.Subject, Field: []string{"spec", "podMetricsEndpoints", fmt.Sprint(i)}, Severity: doubt(w),
					Message: fmt.Sprintf("network policies of namespace %s let nobody reach port %d, which is scraped", pod.namespace, port),
					Hint: "let the namespace of Prometheus in: monitoring.namespaces or networkPolicy.metricsNamespaces of helm-flink's values, or " +
						"a NetworkPolicy; of those that are there, these count: " + enumerate(names),
				})
			}
		}
	}
}

// shut names the policies that keep everybody but the pod's own kind from a port.
func (p policies) shut(pod endpoint, port int32) []string {
	var names []string
	for _, one := range p.selecting(pod) {
		if one.ingress == nil {
			continue
		}
		names = append(names, one.name)
		for _, r := range *one.ingress {
			if r.covers(traffic{corev1.ProtocolTCP, port}, pod.ports) && (len(r.peers) == 0 || slices.ContainsFunc(r.peers, pod.stranger)) {
				return nil
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// stranger reports whether a peer may be another than the pods of one's own
// cluster.
func (e endpoint) stranger(p peer) bool {
	return p.cidr != "" || p.namespaces != nil || p.pods == nil || !p.pods.Matches(labels.Set(e.labels))
}
