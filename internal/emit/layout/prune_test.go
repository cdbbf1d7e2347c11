package layout_test

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/emit/gitops"
	"github.com/helm-flink/helm-flink/internal/emit/layout"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// TestPrune: with Prune what left the repository goes where it is a job or a part
// of the operator, and nowhere else: not a definition, also not one in the
// operator's chart, nor a namespace, nor nodes. Without it nothing goes.
func TestPrune(t *testing.T) {
	t.Parallel()
	for _, l := range []layout.Layout{layout.ArgoCD, layout.Flux} {
		for prune, want := range map[bool][]string{false: nil, true: {"jobs-payments", "jobs-shipping", "operator"}} {
			o := options()
			o.Git.Prune = prune
			o.Git.Chart = &gitops.Chart{Source: "oci://registry.example.com/flink/operator", Version: "1.0.0", Release: "op", Namespace: "op"}
			tree, err := layout.Lay(set(t), l, o)
			if err != nil {
				t.Fatal(err)
			}
			var pruned, cascades []string
			for _, name := range slices.Sorted(maps.Keys(tree.Files)) {
				doc, dir := string(tree.Files[name]), path.Dir(name)
				unit := strings.TrimSuffix(path.Base(name), ".yaml")
				if dir == "argocd/applications" || dir == "flux" {
					if strings.Contains(doc, "prune: true") {
						pruned = append(pruned, unit)
					}
					if strings.Contains(doc, "resources-finalizer.argocd.argoproj.io") {
						cascades = append(cascades, unit)
					}
				}
			}
			if !slices.Equal(pruned, want) {
				t.Errorf("%s, prune %t: prunes %q, want %q", l, prune, pruned, want)
			}
			if l == layout.ArgoCD && prune {
				want = want[:2] // a team's last job takes its Application along, which takes the job along
			} else {
				want = nil
			}
			if !slices.Equal(cascades, want) {
				t.Errorf("%s, prune %t: finalizers in %q, want %q", l, prune, cascades, want)
			}
			kept(t, tree.Files, pruned)
		}
	}
}

// kept fails where a folder that is pruned has an object that never may be.
func kept(t *testing.T, files map[string][]byte, pruned []string) {
	t.Helper()
	folders := map[string]string{
		"operator": "base/operator", "jobs-payments": "base/teams/payments/jobs", "jobs-shipping": "base/teams/shipping/jobs",
	}
	for _, unit := range pruned {
		for name, doc := range files {
			if path.Dir(name) != folders[unit] || path.Base(name) == "kustomization.yaml" {
				continue
			}
			for _, data := range parse(t, string(doc)) {
				switch kind := (manifest.Object{Data: data}).Key().Kind; kind {
				case "Namespace", "CustomResourceDefinition", "NodePool", "EC2NodeClass":
					t.Errorf("%s is pruned with %s", name, unit)
				}
			}
		}
	}
}
