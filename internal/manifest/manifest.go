// Package manifest holds rendered Kubernetes objects, where they came from,
// and the one total order that everything downstream keeps.
//
// It may import diag and nothing else of this module.
package manifest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// Component is a part of the output that a user can choose.
type Component string

// The components of design: each of the last six has its chart or a part of one.
const (
	CRDs       Component = "crds"
	Operator   Component = "operator"
	Namespaces Component = "namespaces"
	IRSA       Component = "irsa"
	Karpenter  Component = "karpenter"
	Jobs       Component = "jobs"
	Monitoring Component = "monitoring"
)

// Components lists all of them in the order in which they are installed.
func Components() []Component {
	return []Component{CRDs, Namespaces, IRSA, Karpenter, Operator, Jobs, Monitoring}
}

// Origin says where an object came from.
type Origin struct {
	Component Component
	// Path is the values path that asked for the object: jobs.orders. Empty for
	// an object that was read from a manifest.
	Path string
	// Pos is the place of that path, or of the manifest, in the user's input.
	Pos diag.Position
	// Locate says which path and place of the input a field of the object comes
	// from. The field is named by its keys and decimal list indexes from the
	// object's root; for one that is not there the nearest one above it that is
	// counts. Nil where nothing finer than Path and Pos is known.
	Locate func(field []string) (path string, pos diag.Position) `json:"-"`
}

// Field gives the path and the place in the user's input that a field of the
// object comes from; see Locate.
func (o Origin) Field(field ...string) (path string, pos diag.Position) {
	if o.Locate == nil {
		return o.Path, o.Pos
	}
	return o.Locate(field)
}

// Equal reports whether two origins say the same about an object as a whole.
func (o Origin) Equal(other Origin) bool {
	return o.Component == other.Component && o.Path == other.Path && o.Pos == other.Pos
}

// Object is one Kubernetes object. Data is JSON-shaped: maps, slices, string,
// bool, int64, float64 and nil, as k8s.io/apimachinery's JSON decoder makes it.
type Object struct {
	Data   map[string]any
	Origin Origin
}

// Key identifies an object within a set.
type Key struct {
	APIVersion, Kind, Namespace, Name string
}

// String returns kind, namespace and name for messages: "FlinkDeployment team/orders".
func (k Key) String() string {
	if k.Namespace == "" {
		return k.Kind + " " + k.Name
	}
	return k.Kind + " " + k.Namespace + "/" + k.Name
}

// Key returns the object's identity; missing fields are empty. A namespace on
// an object that is in none is left out, as the API server leaves it out.
func (o Object) Key() Key {
	meta, _ := o.Data["metadata"].(map[string]any)
	k := Key{
		APIVersion: str(o.Data["apiVersion"]), Kind: str(o.Data["kind"]),
		Namespace: str(meta["namespace"]), Name: str(meta["name"]),
	}
	if k.Namespace != "" && k.clusterScoped() {
		k.Namespace = ""
	}
	return k
}

// clusterScoped reports whether objects of a kind that others refer to are in
// no namespace (Kubernetes API reference; Karpenter 1.14, scope of its CRDs).
func (k Key) clusterScoped() bool {
	group, _, _ := strings.Cut(k.APIVersion, "/")
	switch k.Kind {
	case "Namespace", "Node", "PersistentVolume":
		return group == "v1"
	case "ClusterRole", "ClusterRoleBinding":
		return group == "rbac.authorization.k8s.io"
	case "PriorityClass":
		return group == "scheduling.k8s.io"
	case "StorageClass":
		return group == "storage.k8s.io"
	case "IngressClass":
		return group == "networking.k8s.io"
	case "CustomResourceDefinition":
		return group == "apiextensions.k8s.io"
	case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration":
		return group == "admissionregistration.k8s.io"
	case "NodePool", "NodeClaim":
		return group == "karpenter.sh"
	case "EC2NodeClass":
		return group == "karpenter.k8s.aws"
	}
	return false
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

// Set is a list of objects. Sorted gives it its one order.
type Set []Object

// Sorted returns the objects in the total order (kind rank, kind, namespace,
// name, apiVersion); the receiver is left as it is.
func (s Set) Sorted() Set {
	type keyed struct {
		rank int
		key  Key
		obj  Object
	}
	all := make([]keyed, len(s))
	for i, o := range s {
		key := o.Key()
		all[i] = keyed{rank(key.Kind), key, o}
	}
	slices.SortStableFunc(all, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.rank, b.rank), compareKeys(a.key, b.key)) })
	out := make(Set, len(s))
	for i, k := range all {
		out[i] = k.obj
	}
	return out
}

func compareKeys(a, b Key) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Namespace, b.Namespace),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.APIVersion, b.APIVersion),
	)
}

// rank is a kind's place in the order of kinds; an unknown kind stands before
// the jobs, after all that they may need.
func rank(kind string) int {
	first, last := OrderOfKinds()
	if i := slices.Index(first, kind); i >= 0 {
		return i
	}
	if i := slices.Index(last, kind); i >= 0 {
		return len(first) + 1 + i
	}
	return len(first)
}

// OrderOfKinds puts CRDs first, then namespaces and what bounds them, identity,
// RBAC, configuration, nodes and the operator; and behind everything else the
// jobs, and at the very end the admission webhooks, so that one pass of kubectl
// apply over the whole stream is not stopped by a webhook whose server is still
// starting (docs/adr/0005-order.md).
func OrderOfKinds() (first, last []string) {
	return []string{
			"CustomResourceDefinition",
			"Namespace", "ResourceQuota", "LimitRange", "NetworkPolicy", "PriorityClass", "StorageClass",
			"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
			"Secret", "ConfigMap", "PersistentVolumeClaim",
			"EC2NodeClass", "NodePool",
			"Issuer", "ClusterIssuer", "Certificate", "Service", "PodDisruptionBudget", "Deployment",
		}, []string{
			"FlinkDeployment", "FlinkBlueGreenDeployment", "FlinkSessionJob", "FlinkStateSnapshot",
			"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
		}
}
