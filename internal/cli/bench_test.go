package cli_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/cli"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// BenchmarkTemplate renders each example from the start: schema, charts and all
// are compiled anew, as in a process of its own.
func BenchmarkTemplate(b *testing.B) {
	for _, name := range []string{"minimal", "emr-blueprint"} {
		file := filepath.Join(testkit.RepoRoot(b), "examples", name+".yaml")
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				var out, complaint bytes.Buffer
				streams := cli.Streams{In: strings.NewReader(""), Out: &out, Err: &complaint}
				if code := cli.Main(b.Context(), []string{"template", "-f", file}, streams, nil, assets()); code != 0 {
					b.Fatalf("exit %d\n%s", code, complaint.String())
				}
			}
		})
	}
}
