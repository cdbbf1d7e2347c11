package stream_test

import (
	"slices"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// TestCatalogExamples: the bad example of every code that this package reports
// is flagged with the code, the good one has no finding at all.
func TestCatalogExamples(t *testing.T) {
	t.Parallel()
	count := 0
	for _, e := range diag.Catalog() {
		if e.Code < diag.CodeManifestSyntax || e.Code > diag.CodeManifestPortable {
			continue
		}
		count++
		_, findings := read(t, e.Bad)
		at := slices.IndexFunc(findings, func(f diag.Finding) bool { return f.Code == e.Code })
		if at < 0 || findings[at].Severity != e.Severity {
			t.Errorf("%s: %q: got %v", e.Code, e.Bad, findings)
		}
		if set, findings := read(t, e.Good); len(findings) > 0 || len(set) != 1 {
			t.Errorf("%s: %q: got %v, %v", e.Code, e.Good, set, findings)
		}
	}
	if count != 8 {
		t.Errorf("got %d codes, want 8", count)
	}
}
