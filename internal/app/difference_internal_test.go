package app

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
)

// TestDifferenceChanges: what is left as it was is no change.
func TestDifferenceChanges(t *testing.T) {
	t.Parallel()
	stays := deploy.Remark{Text: "Namespace audit would be left", Stays: true}
	goes := deploy.Remark{Text: "Namespace old would be removed"}
	for name, c := range map[string]struct {
		notes []deploy.Remark
		want  bool
	}{
		"nothing": {nil, false}, "left": {[]deploy.Remark{stays}, false}, "removed": {[]deploy.Remark{stays, goes}, true},
	} {
		if got := (Difference{Notes: c.notes}).Changes(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
