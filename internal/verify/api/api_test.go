package api_test

import (
	"slices"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/api"
)

// TestGolden: nothing is wrong with what we render ourselves.
func TestGolden(t *testing.T) {
	t.Parallel()
	c := checker(t, api.Options{})
	for _, o := range golden(t) {
		for _, f := range c.Check(o) {
			t.Errorf("%s: %s", o.Key(), f)
		}
	}
}

// TestExamples: the bad example of every code is flagged with it, the good one
// with nothing at all.
func TestExamples(t *testing.T) {
	t.Parallel()
	c := checker(t, api.Options{})
	count := 0
	for _, e := range diag.Catalog() {
		if e.Code < diag.CodeAPIUnknown || e.Code > "FLK139" {
			continue
		}
		count++
		var bad diag.List
		for _, o := range objects(t, e.Bad) {
			bad = append(bad, c.Check(o)...)
		}
		if !slices.ContainsFunc(bad, func(f diag.Finding) bool { return f.Code == e.Code && f.Severity == e.Severity }) {
			t.Errorf("%s: the bad example gives %v", e.Code, bad)
		}
		for _, f := range bad {
			t.Log(f, "–", f.Hint)
		}
		for _, o := range objects(t, e.Good) {
			if found := c.Check(o); len(found) > 0 {
				t.Errorf("%s: the good example gives %v", e.Code, found)
			}
		}
	}
	if count != 14 {
		t.Errorf("%d codes, want 14", count)
	}
}
