package release

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// operatorName is what the operator's charts, Apache's and EMR's, call its image and
// its objects, in the label app.kubernetes.io/name (facts: flink-operator §3.2).
const operatorName = "flink-kubernetes-operator"

// OperatorDeployment is the Deployment of the Flink operator among objects, by its
// label or the last name of its image; nil where there is none.
func OperatorDeployment(set manifest.Set) cluster.Object {
	for _, o := range set {
		at := cluster.Object(o.Data)
		if at.Kind() != "Deployment" || at.Group() != "apps" {
			continue
		}
		if labelled(at) {
			return at
		}
		for _, c := range objectsAt(at, "spec", "template", "spec", "containers") {
			image := c.Text("image")
			if name, _, _ := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":"); name == operatorName {
				return at
			}
		}
	}
	return nil
}

func labelled(o cluster.Object) bool {
	return o.Text("metadata", "labels", "app.kubernetes.io/name") == operatorName
}

// objectsAt are the maps of the list at a path.
func objectsAt(o cluster.Object, path ...string) []cluster.Object {
	list, _ := o.At(path...).([]any)
	var out []cluster.Object
	for _, each := range list {
		if m, ok := each.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// operatorObjects are the objects that belong to the Flink operator where it is among
// them: those that bear its label, as its charts give it, and those that its
// Deployment and its webhooks refer to, or that refer to them.
func operatorObjects(set manifest.Set) map[manifest.Key]bool {
	found := map[manifest.Key]bool{}
	deployment := OperatorDeployment(set)
	if deployment == nil {
		return found
	}
	b := belongs{
		namespace: deployment.Namespace(), names: map[string]bool{}, services: map[string]bool{}, roles: map[manifest.Key]bool{},
	}
	b.pod, _ = deployment.At("spec", "template", "metadata", "labels").(map[string]any)
	b.account = deployment.Text("spec", "template", "spec", "serviceAccountName")
	texts(deployment.At("spec", "template", "spec"), b.names)
	for range 2 { // what is found in the first round leads to more in the second
		for _, o := range set {
			if key := o.Key(); key.Kind != "Namespace" && (labelled(o.Data) || b.has(o.Data, key)) {
				found[key] = true
			}
		}
	}
	found[manifest.Object{Data: deployment}.Key()] = true
	return found
}

// belongs is what is known of the operator's objects.
type belongs struct {
	namespace, account string
	pod                map[string]any        // labels of its pods
	names              map[string]bool       // whatever its pods name
	services           map[string]bool       // in its namespace
	roles              map[manifest.Key]bool // that its account is bound to
}

// has reports whether an object is the operator's, and notes what leads to others.
func (b *belongs) has(o cluster.Object, key manifest.Key) bool {
	switch key.Kind {
	case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration":
		return b.serves(o)
	case "RoleBinding", "ClusterRoleBinding":
		return b.bound(o, key)
	case "Role", "ClusterRole":
		return b.roles[manifest.Key{Kind: key.Kind, Namespace: key.Namespace, Name: key.Name}]
	}
	return key.Namespace == b.namespace && b.hasHere(o, key)
}

// hasHere is has for an object in the operator's namespace.
func (b *belongs) hasHere(o cluster.Object, key manifest.Key) bool {
	switch key.Kind {
	case "ServiceAccount":
		return key.Name == b.account
	case "ConfigMap", "Secret", "Issuer":
		return b.names[key.Name]
	case "Certificate":
		if !b.names[o.Text("spec", "secretName")] {
			return false
		}
		b.names[o.Text("spec", "issuerRef", "name")] = true
		b.names[o.Text("spec", "keystores", "pkcs12", "passwordSecretRef", "name")] = true
		return true
	case "Service":
		selector, _ := o.At("spec", "selector").(map[string]any)
		b.services[key.Name] = b.selects(selector)
		return b.services[key.Name]
	case "PodDisruptionBudget":
		selector, _ := o.At("spec", "selector", "matchLabels").(map[string]any)
		return b.selects(selector)
	}
	return false
}

// selects reports whether a selector picks the operator's pods.
func (b *belongs) selects(selector map[string]any) bool {
	for k, v := range selector {
		if b.pod[k] != v {
			return false
		}
	}
	return len(selector) > 0
}

// serves reports whether webhooks are the operator's.
func (b *belongs) serves(o cluster.Object) bool {
	for _, hook := range objectsAt(o, "webhooks") {
		if service := hook.Text("clientConfig", "service", "name"); b.services[service] &&
			hook.Text("clientConfig", "service", "namespace") == b.namespace {
			return true
		}
	}
	return false
}

// bound reports whether a binding is of the operator's account alone.
func (b *belongs) bound(o cluster.Object, key manifest.Key) bool {
	subjects := objectsAt(o, "subjects")
	for _, s := range subjects {
		in := s.Text("namespace")
		if in == "" {
			in = key.Namespace
		}
		if s.Text("kind") != "ServiceAccount" || s.Text("name") != b.account || in != b.namespace {
			return false
		}
	}
	role := manifest.Key{Kind: o.Text("roleRef", "kind"), Name: o.Text("roleRef", "name")}
	if role.Kind == "Role" {
		role.Namespace = key.Namespace
	}
	if len(subjects) > 0 && b.account != "" {
		b.roles[role] = true
		return true
	}
	return false
}

// texts collects every text below a value.
func texts(v any, to map[string]bool) {
	switch at := v.(type) {
	case map[string]any:
		for _, each := range at {
			texts(each, to)
		}
	case []any:
		for _, each := range at {
			texts(each, to)
		}
	case string:
		to[at] = true
	}
}
