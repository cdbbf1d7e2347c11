package app

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/charts"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/schemas"
)

// TestPipedPlan: what values come to, written and piped in again, is cut into the same releases, so that a platform can go
// from values to manifests and back.
func TestPipedPlan(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	examples, err := filepath.Glob(filepath.Join(root, "examples", "*.yaml"))
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range append(examples, filepath.Join(root, "internal/testkit/lifecycle/testdata/platform.yaml")) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			var written bytes.Buffer
			a := &App{Charts: charts.FS, Schema: schemas.Values, Files: func(name string) ([]string, error) { return []string{name}, nil }}
			a.Open = func(name string) (io.ReadCloser, error) {
				if name == "-" {
					return io.NopCloser(&written), nil
				}
				return os.Open(name)
			}
			result, err := a.Build(t.Context(), Request{Files: []string{file}, IncludeCRDs: true, FailOn: diag.Error})
			if err != nil || result.Failed {
				t.Fatal(err, result.Findings)
			}
			result.Remote = nil // without an operator whose chart is fetched
			plan, err := a.releasePlan(result)
			if err != nil {
				t.Fatal(err)
			}
			if err := emit.WriteStream(&written, result.Set); err != nil {
				t.Fatal(err)
			}
			piped, err := a.readPiped(t.Context(), ClusterRequest{Request: Request{FailOn: diag.Error}, Manifests: []string{"-"}})
			if err != nil || piped.Failed {
				t.Fatal(err, piped.Findings)
			}
			again := release.PlanManifests(plan.Platform, plan.Namespace, piped.Set, release.Charts{})
			if want, got := outline(plan), outline(again); got != want {
				t.Error(testkit.Diff("of values, of manifests", want, got))
			}
		})
	}
}

// outline is what each release would hold.
func outline(p release.Plan) string {
	var out strings.Builder
	for _, u := range p.Units {
		text, err := u.Manifest()
		fmt.Fprintf(&out, "%s: %s %v\n%s\n", u.Wave, u, err, text)
	}
	for _, o := range p.CRDs {
		fmt.Fprintln(&out, o.Key())
	}
	return out.String()
}
