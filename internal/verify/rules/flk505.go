package rules

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK505 evaluates the NetworkPolicies that select the pods.
func (Catalogue) FLK505() Rule {
	const denied = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: team-a}\n" +
		"spec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n---\nkind: FlinkDeployment\nspec: {serviceAccount: default}\n"
	const allowed = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: allow, namespace: team-a}\n" +
		"spec:\n" +
		"  podSelector: {matchLabels: {app: orders}}\n  ingress: [{from: [{podSelector: {matchLabels: {app: orders}}}]}]\n" +
		"  egress:\n  - to: [{podSelector: {matchLabels: {app: orders}}}]\n  - ports: [{port: 53, protocol: UDP}, {port: 53, " +
		"protocol: TCP}]\n" +
		"  - ports: [{port: 443}]\n    to: [{ipBlock: {cidr: 0.0.0.0/0}}]\n"
	return Rule{
		Entry: diag.Entry{
			Title: "network policies cut what Flink needs", Severity: diag.Warning,
			What: "NetworkPolicies of the input select the JobManager or TaskManager pods, and none of them allows what Flink needs: " +
				"the pods among " +
				"themselves, DNS, the API server and S3 on port 443, and the operator of the input calling the JobManager. Where the " +
				"input is the whole platform it " +
				"is an error, elsewhere other policies may allow it. It is a note for the agent of EKS Pod Identity. Policies only bind " +
				"where " +
				"the network plugin enforces them.",
			Why: "TaskManagers do not register, exchanges between them time out, or checkpoints fail, all of it without a word in " +
				"the resource's status.",
			Bad:  denied,
			Good: denied + allowed,
			Source: "Kubernetes, concepts/services-networking/network-policies; Flink 1.20, deployment/config, ports; EKS User " +
				"Guide, Pod Identity, agent setup",
		},
		Across: func(w *model.World) Across {
			if len(w.Kind("NetworkPolicy")) == 0 {
				return Across{}
			}
			all := policiesOf(w)
			operators := operatorPods(w, all)
			return Across{Cluster: func(c *model.Cluster, say model.Say) {
				if c.Pods().JobManager.Template.Spec.HostNetwork {
					return // policies do not bind pods on the network of their node
				}
				p := pathsOf(c, all, operators)
				var broken, by []string
				for _, one := range p.needed {
					if names := all.cuts(one); len(names) > 0 {
						by = append(by, names...)
						if way := one.String(); !slices.Contains(broken, way) { // there may be several operators
							broken = append(broken, way)
						}
					}
				}
				slices.Sort(by)
				hint := "add a NetworkPolicy that allows it; of those that are there, these count: " + enumerate(slices.Compact(by))
				if len(broken) > 0 {
					say(model.Problem{
						Subject: c.Subject, Field: c.Field(), Severity: doubt(w), Hint: hint,
						Message: "network policies cut " + enumerate(broken),
					})
				}
				if names := all.cuts(p.identity); len(names) > 0 && p.identity.from.what != "" {
					say(model.Problem{
						Subject: c.Subject, Field: c.Field(), Severity: new(diag.Info),
						Message: "network policies cut " + p.identity.String() + ", which the pods need if EKS Pod Identity gives them their role",
						Hint:    "allow TCP port 80 to 169.254.170.23/32, or give the service account a role with eks.amazonaws.com/role-arn",
					})
				}
			}}
		},
	}
}

// way is one connection that Flink needs: any of the other ends is enough.
type way struct {
	from endpoint
	to   []endpoint
	traffic
}

func (w way) String() string {
	port := fmt.Sprintf("%s port %d", w.protocol, w.port)
	if w.port == 0 {
		port = "any " + string(w.protocol) + " port"
	}
	return w.from.what + " → " + w.to[0].what + " (" + port + ")"
}

// cuts names the policies that cut a connection at either end.
func (p policies) cuts(w way) []string {
	var out []string
	for _, to := range w.to {
		names := p.cut(w.from, true, to, w.traffic)
		if !to.outside && !to.vague {
			names = append(names, p.cut(to, false, w.from, w.traffic)...)
		}
		if len(names) == 0 {
			return nil
		}
		out = append(out, names...)
	}
	return out
}

// paths are the connections of one cluster.
type paths struct {
	needed   []way
	identity way
}

// pathsOf lists what a cluster's pods need. The ports of Flink are those that it
// sets in Kubernetes; TaskManagers exchange data on any port unless
// taskmanager.data.port says which (apache/flink 1.20, KubernetesUtils.java,
// NettyShuffleEnvironmentOptions.java).
func pathsOf(c *model.Cluster, all policies, operators []endpoint) paths {
	set := c.Pods()
	jm, tm := endpointOf(set.JobManager, all), endpointOf(set.TaskManager, all)
	var out paths
	need := func(from endpoint, protocol corev1.Protocol, port int, to ...endpoint) {
		out.needed = append(out.needed, way{from, to, traffic{protocol, int32(port)}})
	}
	need(tm, corev1.ProtocolTCP, c.Config.Int(6123, "jobmanager.rpc.port"), jm)
	need(tm, corev1.ProtocolTCP, c.Config.Int(6124, "blob.server.port"), jm)
	need(jm, corev1.ProtocolTCP, c.Config.Int(6122, "taskmanager.rpc.port"), tm)
	if n := set.TaskManager.Count; n.Unbounded || n.Max > 1 {
		need(tm, corev1.ProtocolTCP, c.Config.Int(0, "taskmanager.data.port"), tm)
	}
	dns := []endpoint{
		{what: "DNS", namespace: "kube-system", labels: map[string]string{"k8s-app": "kube-dns"}, vague: true},
		{what: "DNS", outside: true}, {what: "DNS", outside: true, address: "169.254.20.10"},
	}
	stored := storesInS3(c)
	for _, role := range []struct {
		pod endpoint
		api bool
	}{{jm, len(needs(c, pods.JobManager)) > 0}, {tm, len(needs(c, pods.TaskManager)) > 0}} {
		need(role.pod, corev1.ProtocolUDP, 53, dns...)
		switch {
		case role.api && stored:
			need(role.pod, corev1.ProtocolTCP, 443, endpoint{what: "API server and S3", outside: true})
		case role.api:
			need(role.pod, corev1.ProtocolTCP, 443, endpoint{what: "API server", outside: true})
		case stored:
			need(role.pod, corev1.ProtocolTCP, 443, endpoint{what: "S3", outside: true})
		}
	}
	for _, operator := range operators {
		need(operator, corev1.ProtocolTCP, c.Config.Int(8081, "rest.port"), jm)
	}
	if stored && mayUsePodIdentity(c) {
		agent := endpoint{what: "Pod Identity agent", outside: true, address: "169.254.170.23"}
		out.identity = way{jm, []endpoint{agent}, traffic{corev1.ProtocolTCP, 80}}
	}
	return out
}

func endpointOf(g pods.Group, all policies) endpoint {
	out := endpoint{what: roleName(g.Role), namespace: g.Template.Namespace, labels: g.Template.Labels}
	for _, container := range g.Template.Spec.Containers {
		out.ports = append(out.ports, container.Ports...)
	}
	out.policies = all.selecting(out)
	return out
}

// operatorPods are the pods of the operators in the input.
func operatorPods(w *model.World, all policies) []endpoint {
	var out []endpoint
	for _, d := range operatorDeployments(w) {
		pod := endpoint{what: "operator", namespace: d.namespace, labels: d.labels}
		pod.policies = all.selecting(pod)
		out = append(out, pod)
	}
	return out
}

// storesInS3 reports whether checkpoints, savepoints or metadata go to S3.
func storesInS3(c *model.Cluster) bool {
	keys := append(flink.CheckpointDirKeys(), "high-availability.storageDir")
	keys = append(keys, flink.SavepointDirKeys()...)
	if slices.ContainsFunc(keys, func(key string) bool { return strings.HasPrefix(normalPath(c.Config.Text(key)), "s3://") }) {
		return true
	}
	return c.Spec.JobManager != nil && c.Spec.JobManager.StorageDir != ""
}

// mayUsePodIdentity reports whether the role of the pods may come from an
// association of EKS, which is no object of Kubernetes: the service account is
// in the input and names none.
func mayUsePodIdentity(c *model.Cluster) bool {
	o := c.World.Find("ServiceAccount", c.Key.Namespace, c.Spec.ServiceAccount)
	return o != nil && o.Annotations[aws.RoleAnnotation] == ""
}

// contains reports whether a CIDR block holds an address.
func contains(cidr, address string) bool {
	block, err := netip.ParsePrefix(cidr)
	if err != nil {
		return true // the API server refuses it
	}
	at, err := netip.ParseAddr(address)
	return err == nil && block.Contains(at)
}
