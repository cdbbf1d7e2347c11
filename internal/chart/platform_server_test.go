package chart_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestPlatformChartsOnAPIServer lets a real API server judge every object of the full values: fields, quantities, names,
// address ranges, and the CRDs' own rules.
func TestPlatformChartsOnAPIServer(t *testing.T) {
	t.Parallel()
	plane := testkit.ControlPlane(t)
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator", "crds", "*.y*ml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("CRDs of the operator: %q %v", files, err)
	}
	routes := filepath.Join(testkit.RepoRoot(t), "schemas", "crds", "gateway.networking.k8s.io_HTTPRoute.json")
	var crds []string
	for _, file := range append(files, routes) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		crds = append(crds, string(content))
	}
	plane.ApplyCRDs(t, crds...)
	// What the values say exists beforehand, and what a namespace of another chart's values is called.
	for _, name := range []string{"existing", "flink-team-a", "flink-team-b", "2024"} {
		plane.MustKubectl(t, "", "create", "namespace", name)
	}
	for _, name := range platformCharts() {
		rendered := pcRender(t, name, pcFull(t, name))
		keys := slices.Sorted(maps.Keys(rendered))
		slices.SortStableFunc(keys, func(a, b string) int { // namespaces first
			return strings.Compare(strings.TrimPrefix(a, "Namespace "), strings.TrimPrefix(b, "Namespace "))
		})
		var docs []string
		for _, key := range keys {
			docs = append(docs, rendered[key])
		}
		plane.Apply(t, strings.Join(docs, "\n---\n"), "--validate=strict")
	}
}
