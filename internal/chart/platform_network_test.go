package chart_test

import (
	"net/netip"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// party is one end of a connection: a pod of a namespace, or an address outside the cluster.
type party struct {
	namespace string
	pod       map[string]string
	address   string
}

// closedWorld holds the policies of each namespace and judges connections as Kubernetes defines it: a pod that some policy
// selects for a direction is closed in that direction but for what the policies that select it open.
type closedWorld map[string][]networkingv1.NetworkPolicy

func selects(t *testing.T, s *metav1.LabelSelector, set map[string]string) bool {
	t.Helper()
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		t.Fatal(err)
	}
	return selector.Matches(labels.Set(set))
}

func (w closedWorld) connects(t *testing.T, from, to party, protocol corev1.Protocol, port int32) bool {
	t.Helper()
	return w.open(t, networkingv1.PolicyTypeEgress, from, to, protocol, port) &&
		w.open(t, networkingv1.PolicyTypeIngress, to, from, protocol, port)
}

func (w closedWorld) open(t *testing.T, d networkingv1.PolicyType, own, other party, protocol corev1.Protocol, port int32) bool {
	t.Helper()
	closed := false
	for _, p := range w[own.namespace] {
		if !selects(t, &p.Spec.PodSelector, own.pod) {
			continue
		}
		for _, direction := range p.Spec.PolicyTypes {
			closed = closed || direction == d
		}
		if d == networkingv1.PolicyTypeEgress {
			for _, rule := range p.Spec.Egress {
				if matchPorts(rule.Ports, protocol, port) && matchPeers(t, rule.To, p.Namespace, other) {
					return true
				}
			}
			continue
		}
		for _, rule := range p.Spec.Ingress {
			if matchPorts(rule.Ports, protocol, port) && matchPeers(t, rule.From, p.Namespace, other) {
				return true
			}
		}
	}
	return !closed
}

func matchPorts(ports []networkingv1.NetworkPolicyPort, protocol corev1.Protocol, port int32) bool {
	for _, p := range ports {
		if *p.Protocol == protocol && (p.Port == nil || p.Port.IntVal == port) {
			return true
		}
	}
	return len(ports) == 0
}

func matchPeers(t *testing.T, peers []networkingv1.NetworkPolicyPeer, home string, other party) bool {
	t.Helper()
	for _, peer := range peers {
		if peer.IPBlock != nil {
			if other.address != "" && netip.MustParsePrefix(peer.IPBlock.CIDR).Contains(netip.MustParseAddr(other.address)) {
				return true
			}
			continue
		}
		inNamespace := other.namespace == home
		if peer.NamespaceSelector != nil {
			inNamespace = selects(t, peer.NamespaceSelector, map[string]string{corev1.LabelMetadataName: other.namespace})
		}
		if other.address == "" && inNamespace && (peer.PodSelector == nil || selects(t, peer.PodSelector, other.pod)) {
			return true
		}
	}
	return len(peers) == 0
}

// TestPlatformChartNetwork tries connections against the rendered policies.
func TestPlatformChartNetwork(t *testing.T) {
	t.Parallel()
	world, rendered := closedWorld{}, pcRender(t, "flink-namespaces", pcFull(t, "flink-namespaces"))
	for key := range rendered {
		if strings.HasPrefix(key, "NetworkPolicy ") {
			p := pcDecode[networkingv1.NetworkPolicy](t, rendered, key)
			world[p.Namespace] = append(world[p.Namespace], p)
		}
	}
	for _, namespace := range []string{"flink-team-a-ns", "flink-kubernetes-operator", "all-in-one"} {
		deny := pcDecode[networkingv1.NetworkPolicy](t, rendered, "NetworkPolicy "+namespace+"/flink-default-deny").Spec
		if len(deny.PolicyTypes) != 2 || len(deny.Ingress)+len(deny.Egress)+len(deny.PodSelector.MatchLabels) > 0 {
			t.Errorf("%s: the default is %+v", namespace, deny)
		}
	}
	flink := func(namespace, app, component string) party {
		return party{namespace: namespace, pod: map[string]string{"app": app, "component": component}}
	}
	ip := func(address string) party { return party{address: address} }
	pod := func(namespace string) party { return party{namespace: namespace, pod: map[string]string{"any": "pod"}} }
	const team, ops, one = "flink-team-a-ns", "flink-kubernetes-operator", "all-in-one"
	jm, tm := flink(team, "basic-example", "jobmanager"), flink(team, "basic-example", "taskmanager")
	operator := pod(ops)
	tests := []struct {
		what     string
		from, to party
		protocol corev1.Protocol
		port     int32
		want     bool
	}{
		{"rpc", tm, jm, "TCP", 6123, true},
		{"a random data port", tm, tm, "TCP", 41234, true},
		{"another cluster's pods", tm, flink(team, "orders-blue", "taskmanager"), "TCP", 41234, false},
		{"a stranger in the namespace", pod(team), jm, "TCP", 6123, false},
		{"a cluster that is not listed", flink(team, "new", "taskmanager"), flink(team, "new", "jobmanager"), "TCP", 6123, false},
		{"the same app elsewhere", flink(one, "basic-example", "taskmanager"), jm, "TCP", 6123, false},
		{"operator to REST", operator, jm, "TCP", 8081, true},
		{"operator to a TaskManager", operator, tm, "TCP", 8081, false},
		{"operator to rpc", operator, jm, "TCP", 6123, false},
		{"someone else to REST", pod("default"), jm, "TCP", 8081, false},
		{"the ingress to REST", pod("ingress-nginx"), jm, "TCP", 8081, true},
		{"the load balancer to REST", ip("10.0.70.1"), jm, "TCP", 8081, true},
		{"an address to REST", ip("10.0.0.1"), jm, "TCP", 8081, false},
		{"a gateway to the web interface", pod("gateways"), jm, "TCP", 8081, true},
		{"a gateway's load balancer to the web interface", ip("10.0.80.9"), jm, "TCP", 8081, true},
		{"a gateway to a TaskManager", pod("gateways"), tm, "TCP", 8081, false},
		{"a gateway to rpc", pod("gateways"), jm, "TCP", 6123, false},
		{"a gateway to another port of one's own", pod("gateways"), flink(team, "orders-blue", "jobmanager"), "TCP", 8082, true},
		{"a gateway to a job without", pod("gateways"), flink(team, "orders-green", "jobmanager"), "TCP", 8081, false},
		{"metrics", pod("monitoring"), tm, "TCP", 9249, true},
		{"metrics of CloudWatch's agent", pod("amazon-cloudwatch"), jm, "TCP", 9249, true},
		{"metrics for all", pod("default"), tm, "TCP", 9249, false},
		{"the operator's metrics", pod("monitoring"), operator, "TCP", 9999, true},
		{"webhook", ip("10.0.3.4"), operator, "TCP", 9443, true},
		{"webhook over IPv6", ip("2600:1f14::1"), operator, "TCP", 9443, true},
		{"webhook port of a job", ip("10.0.3.4"), jm, "TCP", 9443, false},
		{"health from a pod", pod("default"), operator, "TCP", 8085, false},
		{"DNS", tm, pod("kube-system"), "UDP", 53, true},
		{"DNS over TCP", operator, pod("kube-system"), "TCP", 53, true},
		{"DNS on the node", jm, ip("169.254.20.10"), "UDP", 53, true},
		{"DNS elsewhere", jm, ip("8.8.8.8"), "UDP", 53, false},
		{"S3", tm, ip("52.92.1.1"), "TCP", 443, true},
		{"S3 over IPv6", tm, ip("2600:1fa0::1"), "TCP", 443, true},
		{"API server", operator, ip("10.0.3.4"), "TCP", 443, true},
		{"plain http", tm, ip("52.92.1.1"), "TCP", 80, false},
		{"Pod Identity agent", jm, ip("169.254.170.23"), "TCP", 80, true},
		{"Pod Identity agent over IPv6", operator, ip("fd00:ec2::23"), "TCP", 80, true},
		{"instance metadata", tm, ip("169.254.169.254"), "TCP", 80, false},
		{"instance metadata over IPv6", tm, ip("fd00:ec2::254"), "TCP", 80, false},
		{"Kafka", tm, ip("10.0.9.9"), "TCP", 9098, true},
		{"Kafka elsewhere", tm, ip("10.1.9.9"), "TCP", 9098, false},
		{"Kafka by UDP", tm, ip("10.0.9.9"), "UDP", 9098, false},
		{"Kafka from the operator", operator, ip("10.0.9.9"), "TCP", 9098, false},
		{"statsd", tm, ip("10.0.0.10"), "UDP", 8125, true},
		{"schema registry", tm, pod("schema-registry"), "TCP", 8081, true},
		{"no ports: any port", tm, ip("10.2.0.7"), "TCP", 5439, true},
		{"no ports: not any protocol", tm, ip("10.2.0.7"), "UDP", 5439, false},
		{"one namespace for both: REST", pod(one), flink(one, "demo", "jobmanager"), "TCP", 8081, true},
		{"one namespace for both: webhook", ip("10.0.3.4"), pod(one), "TCP", 9443, true},
		{"one namespace for both: rpc", flink(one, "demo", "taskmanager"), flink(one, "demo", "jobmanager"), "TCP", 6123, true},
	}
	for _, tt := range tests {
		if got := world.connects(t, tt.from, tt.to, tt.protocol, tt.port); got != tt.want {
			t.Errorf("%s: open %v, want %v", tt.what, got, tt.want)
		}
	}
}
