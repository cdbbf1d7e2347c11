package app_test

import (
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/helm-flink/helm-flink/charts"
	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/chart"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/schemas"
)

// everyValues are the values files of every example and every golden case.
func everyValues(t *testing.T) []string {
	t.Helper()
	root := testkit.RepoRoot(t)
	files, err := filepath.Glob(filepath.Join(root, "testdata", "golden", "*", "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob(filepath.Join(root, "examples", "*.yaml"))
	if err != nil || len(files) < 20 || len(examples) < 5 {
		t.Fatalf("%d golden cases, %d examples: %v", len(files), len(examples), err)
	}
	return append(files, examples...)
}

// TestApart renders the charts of every example and every golden case's values whole and an entry at a time: the objects are
// the same.
func TestApart(t *testing.T) {
	t.Parallel()
	a := app.App{
		Charts: charts.FS, Schema: schemas.Values, Dir: os.DirFS,
		Open: func(name string) (io.ReadCloser, error) { return os.Open(name) },
	}
	divided := map[string]int{}
	for _, file := range everyValues(t) {
		result, err := a.Build(t.Context(), app.Request{Files: []string{file}, FailOn: diag.Error, SkipVerify: true})
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for _, c := range result.Charts {
			if c.Source != "" && c.Source != spec.SourceBundled {
				continue
			}
			renderer := chart.New(charts.FS, chart.Target{KubeVersion: "1.33"})
			unit := chart.Unit{Chart: c.Chart, Release: c.Release, Namespace: c.Namespace, Values: c.Values}
			want, _, err := renderer.Render(t.Context(), unit)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			var got manifest.Set
			parts := renderer.Apart(unit, 1)
			for _, part := range parts {
				set, _, err := renderer.Render(t.Context(), part)
				if err != nil {
					t.Fatalf("%s: %v", file, err)
				}
				got = append(got, set...)
			}
			divided[c.Chart] = max(divided[c.Chart], len(parts))
			if got = got.Sorted(); !reflect.DeepEqual(got, want.Sorted()) {
				t.Errorf("%s, chart %s: %d objects in %d parts, whole %d", file, c.Chart, len(got), len(parts), len(want))
			}
		}
	}
	for _, name := range []string{"flink-jobs", "flink-namespaces", "flink-monitoring"} {
		if divided[name] < 3 {
			t.Errorf("%s was not divided", name)
		}
	}
}
