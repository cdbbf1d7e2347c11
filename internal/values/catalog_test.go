package values_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

// TestCatalogExamples: the bad example of every code that this package reports
// is flagged with the code, the good one is not.
func TestCatalogExamples(t *testing.T) {
	t.Parallel()
	schema, err := values.CompileSchema("values.schema.json", schemas.Values)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, e := range diag.Catalog() {
		if e.Code > diag.CodeManifest {
			continue
		}
		count++
		for text, want := range map[string]bool{e.Bad: true, e.Good: false} {
			in := values.Input{Files: []values.Source{file(text)}}
			if set, ok := strings.CutPrefix(text, "# --set "); ok {
				in = values.Input{Sets: []values.Set{{Flag: "--set", Value: strings.TrimSpace(set)}}}
			}
			_, findings := load(t, schema, in)
			at := slices.IndexFunc(findings, func(f diag.Finding) bool { return f.Code == e.Code })
			if (at >= 0) != want {
				t.Errorf("%s: %q: got %v", e.Code, text, findings)
			}
			if at >= 0 && findings[at].Severity != e.Severity {
				t.Errorf("%s: got severity %s, want %s", e.Code, findings[at].Severity, e.Severity)
			}
		}
	}
	if count != 21 {
		t.Errorf("got %d codes, want 21", count)
	}
}
