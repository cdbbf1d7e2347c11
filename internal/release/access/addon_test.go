package access_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/release/access"
)

// addon is what a chart of somebody else's renders, hooks and all.
func addon() manifest.Set {
	object := func(apiVersion, kind, name, hook string, more map[string]any) manifest.Object {
		meta := map[string]any{"name": name}
		if hook != "" {
			meta["annotations"] = map[string]any{"helm.sh/hook": hook}
		}
		data := map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": meta}
		maps.Copy(data, more)
		return manifest.Object{Data: data}
	}
	return manifest.Set{
		object("apps/v1", "Deployment", "controller", "", nil),
		object("storage.k8s.io/v1", "CSIDriver", "driver", "", nil),
		object("example.com/v1", "Wide", "wide", "", nil),
		object("batch/v1", "Job", "upkeep", "pre-upgrade", nil),
		object("rbac.authorization.k8s.io/v1", "ClusterRole", "scraper", "", map[string]any{"rules": []any{
			map[string]any{"nonResourceURLs": []any{"/metrics"}, "verbs": []any{"get"}},
		}}),
	}
}

// TestAddon wants what Helm does with a chart of somebody else's, hooks included, and no right on a namespace that is
// only used.
func TestAddon(t *testing.T) {
	t.Parallel()
	p := release.Plan{Platform: "flink", Namespace: "home"}
	p.Add([]release.Unit{{Kind: release.Addon, Name: "csi", Namespace: "kube-system", Set: addon()}}, manifest.Set{{Data: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": map[string]any{"name": "wides.example.com"},
		"spec": map[string]any{"group": "example.com", "scope": "Cluster", "names": map[string]any{"kind": "Wide", "plural": "wides"}},
	}}})
	has := map[string]bool{}
	for _, n := range access.Of(p, "lock") {
		has[n.String()] = true
	}
	for text, want := range map[string]bool{
		"list replicasets.apps in the namespace kube-system":                                           true,
		"create csidrivers.storage.k8s.io at the cluster scope":                                        true,
		"patch wides.example.com wide at the cluster scope":                                            true,
		"patch customresourcedefinitions.apiextensions.k8s.io wides.example.com at the cluster scope":  true,
		"delete customresourcedefinitions.apiextensions.k8s.io wides.example.com at the cluster scope": false,
		"watch jobs.batch upkeep in the namespace kube-system":                                         true,
		"delete jobs.batch upkeep in the namespace kube-system":                                        true,
		"create jobs.batch in the namespace kube-system":                                               true,
		"patch jobs.batch upkeep in the namespace kube-system":                                         false,
		"list jobs.batch in the namespace kube-system":                                                 false,
		"get /metrics": true,
		"get namespaces kube-system at the cluster scope":    true,
		"delete namespaces kube-system at the cluster scope": false,
	} {
		if has[text] != want {
			t.Errorf("%s: %v", text, has[text])
		}
	}
	text, err := access.RBAC(p, access.Of(p, "lock"), access.Subject{Kind: "User", Name: "ci"})
	if err != nil || !strings.Contains(string(text), "- nonResourceURLs:\n  - /metrics\n  verbs:\n  - get\n") {
		t.Errorf("%v\n%s", err, text)
	}
}
