// Package access tells which permissions the verbs need on the objects of a plan,
// and writes them as RBAC.
//
// It may import release and cluster, and what they may import.
package access

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

// Need is a permission and why it is needed.
type Need struct {
	cluster.Permission
	// Granted says that a Role of the plan gives it to somebody: whoever creates a
	// Role must hold all that it gives, or may escalate (Kubernetes, "Using RBAC
	// Authorization", "Privilege escalation prevention and bootstrapping").
	Granted bool
	// Absent says that it is needed only where the namespace Name is not there yet.
	Absent bool
}

// The groups of the API that needs are in.
const (
	groupRBAC      = "rbac.authorization.k8s.io"
	groupCRD       = "apiextensions.k8s.io"
	groupLeases    = "coordination.k8s.io"
	groupKarpenter = cluster.KarpenterGroup
)

// Of tells what install, upgrade, diff, status, rollback, uninstall and the job
// verbs need for a plan; lock is the name of the platform's Lease. Objects are
// named where the API allows it: it does not for create and list, and not for
// what has names that are drawn, releases and snapshots. Each need once, in order.
func Of(p release.Plan, lock string) []Need {
	b := &builder{plan: p, plurals: plurals(p.CRDs), seen: map[cluster.Permission]int{}}
	b.home(lock)
	b.crds()
	for _, u := range p.Units {
		b.unit(u)
	}
	return b.needs
}

type builder struct {
	plan    release.Plan
	plurals map[schema.GroupKind]string
	needs   []Need
	seen    map[cluster.Permission]int
}

// add takes a need; one that is not Granted or Absent alone goes before.
func (b *builder) add(n Need) {
	i, ok := b.seen[n.Permission]
	if !ok {
		b.seen[n.Permission] = len(b.needs)
		b.needs = append(b.needs, n)
		return
	}
	b.needs[i].Granted, b.needs[i].Absent = b.needs[i].Granted && n.Granted, b.needs[i].Absent && n.Absent
}

// may adds verbs on a resource.
func (b *builder) may(namespace, group, resource, name string, verbs ...string) {
	for _, v := range verbs {
		b.add(Need{Permission: cluster.Permission{Group: group, Resource: resource, Namespace: namespace, Verb: v, Name: name}})
	}
}

// home adds what the lock and the namespaces of the platform need.
func (b *builder) home(lock string) {
	in := b.plan.Namespace
	b.may(in, groupLeases, "leases", "", "create")
	b.may(in, groupLeases, "leases", lock, "get", "update")
	b.may("", "", "namespaces", "", "list")
	b.may("", "", "nodes", "", "list") // status tells which pods are where
	for _, o := range Namespaces(b.plan) {
		b.may("", "", "namespaces", o.Name(), "get")
		b.add(Need{Permission: cluster.Permission{Resource: "namespaces", Verb: "create"}, Absent: true})
	}
	b.secrets(in)
	b.watch(in)
	b.may(b.plan.Probe(), cluster.FlinkGroup, "flinkdeployments", "", "create") // the dry run that asks the webhook
}

// secrets adds what Helm does with its releases, which are Secrets whose names
// have the revision in them.
func (b *builder) secrets(namespace string) {
	b.may(namespace, "", "secrets", "", "get", "list", "create", "update", "delete")
}

// watch adds what explaining and status read.
func (b *builder) watch(namespace string) {
	b.may(namespace, "", "events", "", "list")
	b.may(namespace, "", "pods", "", "list")
	b.may(namespace, "apps", "deployments", "", "list")
	b.may(namespace, "", "persistentvolumeclaims", "", "list") // what AWS still bills
}

// crds adds what the CRDs need. They are made by server-side apply, whose
// creation knows the name.
func (b *builder) crds() {
	b.may("", groupCRD, "customresourcedefinitions", "", "list")
	for _, o := range b.plan.CRDs {
		b.may("", groupCRD, "customresourcedefinitions", o.Key().Name, "get", "create", "patch")
		crd := cluster.Object(o.Data)
		if crd.Text("spec", "group") == cluster.FlinkGroup {
			b.may("", groupCRD, "customresourcedefinitions", o.Key().Name, "delete") // uninstall --purge crds
		}
		b.may("", crd.Text("spec", "group"), crd.Text("spec", "names", "plural"), "", "list") // what an upgrade would cut
	}
}

// unit adds what a release needs: its record, and its objects.
func (b *builder) unit(u release.Unit) {
	b.secrets(u.Namespace)
	for _, o := range u.Set {
		b.object(u, o)
	}
	switch u.Kind {
	case release.Session, release.Job, release.Snapshot:
		b.jobs(u.Namespace)
	case release.Addon:
		b.watch(u.Namespace)
	case release.Platform, release.Operator: // their objects are all
	}
}

// jobs adds what the job verbs need in a namespace.
func (b *builder) jobs(namespace string) {
	b.watch(namespace)
	b.may(namespace, cluster.FlinkGroup, "flinkstatesnapshots", "", "get", "list", "create", "patch", "delete")
	for _, resource := range []string{"flinkdeployments", "flinksessionjobs", "flinkbluegreendeployments"} {
		b.may(namespace, cluster.FlinkGroup, resource, "", "list")
	}
	b.may(namespace, "", "pods/log", "", "get")
	b.may(namespace, "", "pods/portforward", "", "create")
	b.may(namespace, "", "configmaps", "", "get", "list")
	b.may(namespace, "", "services", "", "get", "list")
}

// object adds what one object needs, and what it grants.
func (b *builder) object(u release.Unit, o manifest.Object) {
	key := o.Key()
	kind := schema.FromAPIVersionAndKind(key.APIVersion, key.Kind)
	resource := b.resource(kind)
	namespace := key.Namespace
	if namespace == "" && !b.clusterScoped(kind) {
		namespace = u.Namespace
	}
	if policy, hook := hookOf(o); hook {
		b.hook(namespace, kind, resource, key.Name, policy)
	} else {
		b.may(namespace, kind.Group, resource, "", "list")
		b.may(namespace, kind.Group, resource, key.Name, "get", "patch", "delete")
	}
	if kind.Kind == "Namespace" {
		return
	}
	b.may(namespace, kind.Group, resource, "", "create")
	switch {
	case u.Kind == release.Addon && kind.Group == "apps" && kind.Kind == "Deployment":
		b.may(namespace, "apps", "replicasets", "", "list") // Helm waits for the new one (helm v3, pkg/kube/ready.go)
	case kind.Group == groupRBAC && (kind.Kind == "Role" || kind.Kind == "ClusterRole"):
		b.grants(namespace, o)
	case kind.Group == groupRBAC:
		b.binds(namespace, o)
	case kind.Group == groupKarpenter && kind.Kind == "NodePool":
		b.may("", groupKarpenter, "nodeclaims", "", "list")
	}
}

// binds adds the leave to bind the role of a binding, where it is somebody else's.
func (b *builder) binds(namespace string, o manifest.Object) {
	at := cluster.Object(o.Data)
	resource, kind, name := "roles", at.Text("roleRef", "kind"), at.Text("roleRef", "name")
	if kind == "ClusterRole" {
		resource = "clusterroles"
	}
	if !b.own(namespace, kind, name) {
		b.may(namespace, groupRBAC, resource, name, "bind")
	}
}

// own reports whether a role is one of the plan: what it gives must be held by
// whoever makes it, and who holds that may bind it.
func (b *builder) own(namespace, kind, name string) bool {
	for _, u := range b.plan.Units {
		for _, o := range u.Set {
			k := o.Key()
			in := k.Namespace == namespace || k.Namespace == "" && (u.Namespace == namespace || kind == "ClusterRole")
			if k.Kind == kind && k.Name == name && in && o.Data["aggregationRule"] == nil {
				return true
			}
		}
	}
	return false
}

// hookOf reports whether an object is a hook of a chart, and whose logs Helm reads.
func hookOf(o manifest.Object) (logs string, hook bool) {
	at := cluster.Object(o.Data)
	logs = at.Text("metadata", "annotations", "helm.sh/hook-output-log-policy")
	return logs, at.Text("metadata", "annotations", "helm.sh/hook") != ""
}

// hook adds what Helm does with a hook beside creating it: it deletes the one before
// and waits until that is gone, and watches a Job or Pod until it has ended (helm v3,
// pkg/action/hooks.go, pkg/kube/client.go, watchUntilReady).
func (b *builder) hook(namespace string, kind schema.GroupVersionKind, resource, name, logs string) {
	b.may(namespace, kind.Group, resource, name, "get", "delete")
	if kind.Kind != "Job" && kind.Kind != "Pod" {
		return
	}
	b.may(namespace, kind.Group, resource, name, "list", "watch")
	if logs != "" {
		b.may(namespace, "", "pods", "", "list")
		b.may(namespace, "", "pods/log", "", "get")
	}
}

// grants adds all that a role gives.
func (b *builder) grants(namespace string, o manifest.Object) {
	rules, _ := o.Data["rules"].([]any)
	for _, each := range rules {
		rule, _ := each.(map[string]any)
		for _, url := range texts(rule["nonResourceURLs"]) {
			for _, verb := range texts(rule["verbs"]) {
				b.add(Need{Granted: true, Permission: cluster.Permission{URL: url, Verb: verb}})
			}
		}
		names := texts(rule["resourceNames"])
		if len(names) == 0 {
			names = []string{""}
		}
		for _, group := range texts(rule["apiGroups"]) {
			for _, resource := range texts(rule["resources"]) {
				for _, name := range names {
					for _, verb := range texts(rule["verbs"]) {
						b.add(Need{Granted: true, Permission: cluster.Permission{
							Group: group, Resource: resource, Namespace: namespace, Verb: verb, Name: name,
						}})
					}
				}
			}
		}
	}
}

func texts(v any) []string {
	all, _ := v.([]any)
	out := make([]string, 0, len(all))
	for _, each := range all {
		if s, ok := each.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// plurals are the resources of the kinds that CRDs bring.
func plurals(crds manifest.Set) map[schema.GroupKind]string {
	out := map[schema.GroupKind]string{}
	for _, o := range crds {
		at := cluster.Object(o.Data)
		kind := schema.GroupKind{Group: at.Text("spec", "group"), Kind: at.Text("spec", "names", "kind")}
		out[kind] = at.Text("spec", "names", "plural")
	}
	return out
}

// resource is the plural of a kind: the CRD's, or the one that follows from the
// kind's name, as it does for all of Kubernetes' own kinds.
func (b *builder) resource(kind schema.GroupVersionKind) string {
	if plural := b.plurals[kind.GroupKind()]; plural != "" {
		return plural
	}
	plural, _ := meta.UnsafeGuessKindToResource(kind)
	return plural.Resource
}

// clusterScoped reports whether objects of a kind are in no namespace.
func (b *builder) clusterScoped(kind schema.GroupVersionKind) bool {
	for _, o := range b.plan.CRDs {
		at := cluster.Object(o.Data)
		if at.Text("spec", "group") == kind.Group && at.Text("spec", "names", "kind") == kind.Kind {
			return at.Text("spec", "scope") == "Cluster"
		}
	}
	if kind.Group == groupKarpenter || strings.HasPrefix(kind.Group, "karpenter.") {
		return true
	}
	return slices.Contains([]string{
		"Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "StorageClass", "PriorityClass",
		"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ClusterIssuer", "PersistentVolume", "IngressClass",
		"RuntimeClass", "APIService", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
		"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "CSIDriver", "VolumeAttributesClass", "FlowSchema",
		"PriorityLevelConfiguration", "DeviceClass",
	}, kind.Kind)
}

// Namespaces are the Namespaces that releases of a plan are in, by name, as the
// plan has them, marked as Helm's; one that the plan only uses is bare.
func Namespaces(p release.Plan) []cluster.Object {
	found := map[string]cluster.Object{p.Namespace: bare(p.Namespace)}
	for _, u := range p.Units {
		if found[u.Namespace] == nil {
			found[u.Namespace] = bare(u.Namespace)
		}
	}
	for _, u := range p.Units {
		for _, o := range u.Set {
			if k := o.Key(); k.Kind == "Namespace" {
				found[k.Name] = cluster.Release{Name: u.Name, Namespace: u.Namespace}.Own(o.Data)
			}
		}
	}
	out := make([]cluster.Object, 0, len(found))
	for _, name := range slices.Sorted(maps.Keys(found)) {
		out = append(out, found[name])
	}
	return out
}

func bare(name string) cluster.Object {
	return cluster.Object{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name}}
}
