package chart

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
)

// TestPlainlyFits: Helm's validator takes the schemas of our own charts and refuses nothing that was taken to fit without
// it: their own values, those of their examples, and the same with every key changed.
func TestPlainlyFits(t *testing.T) {
	t.Parallel()
	charts, err := filepath.Glob("../../charts/*/Chart.yaml")
	if err != nil || len(charts) == 0 {
		t.Fatalf("no charts: %v", err)
	}
	for _, file := range charts {
		c, err := loader.LoadDir(filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(filepath.Dir(file), "ci", "full-values.yaml"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		values, err := chartutil.ReadValues(data)
		if err != nil {
			t.Fatal(err)
		}
		merged, err := chartutil.CoalesceValues(c, values)
		if err != nil {
			t.Fatal(err)
		}
		if !plainlyFits(c, merged) {
			t.Errorf("%s: it takes the validator to see that it fits", file)
		}
		if err := chartutil.ValidateAgainstSchema(c, merged); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for key, value := range merged {
			for _, other := range []any{nil, true, "", "A b", 1.5, []any{}, []any{1.0}, map[string]any{}, map[string]any{"a": "b"}, map[string]any{"a": nil}} {
				merged[key] = other
				if plainlyFits(c, merged) && chartutil.ValidateAgainstSchema(c, merged) != nil {
					t.Errorf("%s: %s: %v is taken to fit", file, key, other)
				}
			}
			merged[key] = value
		}
	}
}
