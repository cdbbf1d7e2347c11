package api_test

import (
	"testing"

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
