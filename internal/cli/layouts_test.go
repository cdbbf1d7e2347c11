package cli_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestHelmRendersTheChartOfALayout writes every example as a chart and compares
// what the real helm of both majors makes of it with the stream.
func TestHelmRendersTheChartOfALayout(t *testing.T) {
	t.Parallel()
	for _, name := range exampleNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			rendered(t, name, "--include-crds", "--output-dir", dir, "--layout", "helm")
			want := map[string]string{}
			for _, doc := range documents(t, rendered(t, name, "--include-crds")) {
				want[identity(doc)] = mustYAML(t, doc)
			}
			for _, major := range []string{"helm3", "helm4"} {
				helm := testkit.Tool(t, major)
				stdout, stderr, err := testkit.Run(t.Context(), testkit.Command{
					Name: helm, Args: []string{"template", "platform", dir, "--include-crds"},
				})
				if err != nil {
					t.Fatalf("%s template: %v\n%s", major, err, stderr)
				}
				got := documents(t, strings.TrimPrefix(stdout, "---\n"))
				if len(got) != len(want) {
					t.Errorf("%s: %d objects, want %d", major, len(got), len(want))
				}
				for _, doc := range got {
					if id, text := identity(doc), mustYAML(t, doc); want[id] != text {
						t.Errorf("%s: %s differs:\n%s", major, id, testkit.Diff(id, want[id], text))
					}
				}
			}
		})
	}
}
