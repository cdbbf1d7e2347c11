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
