package rules

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// policies are the NetworkPolicies of the input. What they allow adds up, and
// where no policy selects a pod, everything is allowed (Kubernetes,
// concepts/services-networking/network-policies). Whatever depends on labels or
// addresses that are not known counts as allowed.
type policies struct {
	// in has them by namespace, and by the value of label app that they ask for: most are for one app, and "" is for all others.
	in map[string]map[string][]policy
	// namespaces has the labels of the Namespaces of the input.
	namespaces map[string]map[string]string
}

type policy struct {
	name    string
	subject labels.Selector
	// egress and ingress are nil where the policy is not about that direction.
	egress, ingress *[]allowance
}

// allowance is one rule: to or from any of the peers, all if there are none, on
// any of the ports, all if there are none.
type allowance struct {
	ports []networkingv1.NetworkPolicyPort
	peers []peer
}

type peer struct {
	cidr             string
	pods, namespaces labels.Selector
}

// endpoint is one end of a connection: a pod, or something outside.
type endpoint struct {
	what      string
	namespace string
	labels    map[string]string
	ports     []corev1.ContainerPort
	// policies are those that select the pod.
	policies []policy
	// vague says that the pod may have more labels than those.
	vague bool
	// outside is true for an address that is no pod's; address is empty where it
	// is not known.
	outside bool
	address string
}

// traffic is a port of the endpoint that is called; port 0 stands for ports that
// nobody knows beforehand.
type traffic struct {
	protocol corev1.Protocol
	port     int32
}

func policiesOf(w *model.World) policies {
	out := policies{map[string]map[string][]policy{}, map[string]map[string]string{}}
	for _, o := range w.Kind("Namespace") {
		out.namespaces[o.Key.Name] = o.Labels
	}
	for _, o := range w.Kind("NetworkPolicy") {
		n, ok := decoded[networkingv1.NetworkPolicy](o)
		if !ok {
			continue
		}
		subject, err := metav1.LabelSelectorAsSelector(&n.Spec.PodSelector)
		if err != nil {
			continue
		}
		p := policy{name: o.Key.Name, subject: subject}
		types := n.Spec.PolicyTypes
		if len(types) == 0 || slices.Contains(types, networkingv1.PolicyTypeIngress) {
			p.ingress = &[]allowance{}
			for _, r := range n.Spec.Ingress {
				*p.ingress = append(*p.ingress, allowance{r.Ports, peersOf(r.From)})
			}
		}
		if len(types) == 0 && len(n.Spec.Egress) > 0 || slices.Contains(types, networkingv1.PolicyTypeEgress) {
			p.egress = &[]allowance{}
			for _, r := range n.Spec.Egress {
				*p.egress = append(*p.egress, allowance{r.Ports, peersOf(r.To)})
			}
		}
		if out.in[o.Key.Namespace] == nil {
			out.in[o.Key.Namespace] = map[string][]policy{}
		}
		app := n.Spec.PodSelector.MatchLabels["app"]
		out.in[o.Key.Namespace][app] = append(out.in[o.Key.Namespace][app], p)
	}
	return out
}

func peersOf(all []networkingv1.NetworkPolicyPeer) []peer {
	var out []peer
	for _, p := range all {
		one := peer{}
		if p.IPBlock != nil {
			one.cidr = p.IPBlock.CIDR
		}
		// A selector that is no selector is refused by the API server; it allows everything here.
		if p.PodSelector != nil {
			one.pods, _ = metav1.LabelSelectorAsSelector(p.PodSelector)
		}
		if p.NamespaceSelector != nil {
			one.namespaces, _ = metav1.LabelSelectorAsSelector(p.NamespaceSelector)
		}
		out = append(out, one)
	}
	return out
}

// selecting lists the policies that select a pod.
func (p policies) selecting(pod endpoint) []policy {
	var out []policy
	in, app := p.in[pod.namespace], pod.labels["app"]
	candidates := in[""]
	if app != "" {
		candidates = slices.Concat(candidates, in[app])
	}
	for _, one := range candidates {
		if one.subject.Matches(labels.Set(pod.labels)) {
			out = append(out, one)
		}
	}
	return out
}

// cut names the policies that keep a pod from the other end in a direction;
// none if a policy allows it, or no policy is about it.
func (p policies) cut(pod endpoint, egress bool, other endpoint, t traffic) []string {
	var names []string
	callee := other
	if !egress {
		callee = pod
	}
	for _, one := range pod.policies {
		rules := one.ingress
		if egress {
			rules = one.egress
		}
		if rules == nil {
			continue
		}
		names = append(names, one.name)
		for _, r := range *rules {
			if r.covers(t, callee.ports) && p.meets(r, pod.namespace, other) {
				return nil
			}
		}
	}
	return names
}

func (p policies) meets(r allowance, home string, other endpoint) bool {
	return len(r.peers) == 0 || slices.ContainsFunc(r.peers, func(one peer) bool {
		if one.cidr != "" {
			// Pods have addresses of the VPC, which are not known.
			return !other.outside || reaches(one.cidr, other.address)
		}
		if other.outside {
			return false
		}
		if one.namespaces == nil {
			return other.namespace == home && matches(one.pods, other.labels, other.vague)
		}
		own, known := p.namespaces[other.namespace]
		all := maps.Clone(own)
		if all == nil {
			all = map[string]string{}
		}
		all[corev1.LabelMetadataName] = other.namespace
		return matches(one.namespaces, all, !known) && matches(one.pods, other.labels, other.vague)
	})
}

// matches applies a selector; nil selects everything. With vague, labels that are
// not among the known ones may be there.
func matches(s labels.Selector, known map[string]string, vague bool) bool {
	if s == nil {
		return true
	}
	requirements, _ := s.Requirements()
	return !slices.ContainsFunc(requirements, func(r labels.Requirement) bool {
		_, there := known[r.Key()]
		return (there || !vague) && !r.Matches(labels.Set(known))
	})
}

// covers reports whether a rule is about the port. Ports that nobody knows
// beforehand are covered by a range that holds those which Linux hands out
// (32768 to 60999).
func (r allowance) covers(t traffic, ports []corev1.ContainerPort) bool {
	return len(r.ports) == 0 || slices.ContainsFunc(r.ports, func(p networkingv1.NetworkPolicyPort) bool {
		if protocol := p.Protocol; (protocol == nil && t.protocol != corev1.ProtocolTCP) || protocol != nil && *protocol != t.protocol {
			return false
		}
		if p.Port == nil {
			return true
		}
		if p.Port.Type == intstr.String {
			return slices.ContainsFunc(ports, func(c corev1.ContainerPort) bool {
				return c.Name == p.Port.StrVal && c.ContainerPort == t.port
			})
		}
		first, last := p.Port.IntVal, p.Port.IntVal
		if p.EndPort != nil {
			last = *p.EndPort
		}
		if t.port == 0 {
			return first <= 32768 && last >= 60999
		}
		return first <= t.port && t.port <= last
	})
}

// reaches reports whether a block may hold an address. One that is not known is in
// any block but those of link-local addresses.
func reaches(cidr, address string) bool {
	base, _, _ := strings.Cut(cidr, "/")
	if address == "" {
		return !strings.HasPrefix(base, "169.254.") && !strings.HasPrefix(base, "fd00:ec2:")
	}
	return contains(cidr, address)
}
