package cli

import "testing"

// TestChanges: what stays as it is makes no exit code of a difference.
func TestChanges(t *testing.T) {
	t.Parallel()
	for note, want := range map[string]bool{
		"Namespace audit is no longer planned and would be left; upgrade --prune=audit removes it":   false,
		"job audit/ledger is no longer planned and would be left; upgrade --prune=ledger removes it": false,
		"job audit/ledger is no longer planned and would be removed":                                 true,
		"Namespace audit is no longer planned and would be removed with all that is in it":           true,
		"platform home/p-platform-2 would be removed: nothing of what it has is planned any more":    true,
		"CustomResourceDefinition flinkdeployments.flink.apache.org would be updated":                true,
	} {
		if changes(note) != want {
			t.Errorf("%q: want %v", note, want)
		}
	}
}
