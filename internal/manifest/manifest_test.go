package manifest_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

func object(kind, namespace, name string) manifest.Object {
	return manifest.Object{Data: map[string]any{
		"apiVersion": "v1", "kind": kind, "metadata": map[string]any{"namespace": namespace, "name": name},
	}}
}

func TestSorted(t *testing.T) {
	t.Parallel()
	want := []string{
		"CustomResourceDefinition c", "Namespace b", "ServiceAccount b/x", "Role b/x", "RoleBinding b/x", "Secret b/x", "NodePool p",
		"Deployment a/x", "Custom b/x", "FlinkDeployment a/y", "FlinkDeployment b/x", "FlinkSessionJob b/x",
		"ValidatingWebhookConfiguration w",
	}
	set := manifest.Set{
		object("FlinkDeployment", "b", "x"), object("ValidatingWebhookConfiguration", "", "w"), object("Custom", "b", "x"),
		object("Namespace", "", "b"), object("FlinkSessionJob", "b", "x"), object("Deployment", "a", "x"), object("Secret", "b", "x"),
		object("RoleBinding", "b", "x"), object("Role", "b", "x"), object("CustomResourceDefinition", "", "c"),
		object("FlinkDeployment", "a", "y"), object("NodePool", "", "p"), object("ServiceAccount", "b", "x"),
	}
	got := set.Sorted()
	for i, o := range got {
		if o.Key().String() != want[i] {
			t.Errorf("place %d: %s, want %s", i, o.Key(), want[i])
		}
	}
	if set[0].Key().Name != "x" || set[0].Key().Kind != "FlinkDeployment" {
		t.Error("Sorted changed its receiver")
	}
}

func TestKeyOfBrokenObject(t *testing.T) {
	t.Parallel()
	if got := (manifest.Object{Data: map[string]any{"metadata": "no"}}).Key(); got != (manifest.Key{}) {
		t.Errorf("got %+v", got)
	}
}

// TestKeyOutsideNamespaces leaves out a namespace that the API server ignores,
// so that references by name alone find the object.
func TestKeyOutsideNamespaces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ apiVersion, kind, want string }{
		{"karpenter.sh/v1", "NodePool", "NodePool x"},
		{"karpenter.k8s.aws/v1", "EC2NodeClass", "EC2NodeClass x"},
		{"rbac.authorization.k8s.io/v1", "ClusterRole", "ClusterRole x"},
		{"v1", "Namespace", "Namespace x"},
		{"hypershift.openshift.io/v1beta1", "NodePool", "NodePool a/x"},
		{"v1", "ServiceAccount", "ServiceAccount a/x"},
	} {
		o := manifest.Object{Data: map[string]any{
			"apiVersion": test.apiVersion, "kind": test.kind, "metadata": map[string]any{"name": "x", "namespace": "a"},
		}}
		if got := o.Key().String(); got != test.want {
			t.Errorf("%s %s: %q, want %q", test.apiVersion, test.kind, got, test.want)
		}
	}
}
