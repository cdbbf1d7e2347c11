package change_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/helm-flink/helm-flink/internal/release/change"
)

// TestReconciledSpec: the operator writes the spec that it worked on otherwise than it was stored, and it is the same.
// testdata/lastReconciledSpec.json is what SpecUtils.writeSpecWithMeta of operator 1.16.1 makes of testdata/spec.json.
func TestReconciledSpec(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	spec := func() map[string]any {
		var m map[string]any
		if err := json.Unmarshal(read("spec.json"), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	pending := spec()
	pending["image"] = "flink:bad"
	status := map[string]any{"observedGeneration": float64(2), "jobStatus": map[string]any{"state": "RUNNING"},
		"reconciliationStatus": map[string]any{"lastReconciledSpec": string(read("lastReconciledSpec.json"))}}
	in := change.Input{Before: object("FlinkDeployment", pending, status), After: object("FlinkDeployment", spec(), nil)}
	m := change.Of(in)
	expect(t, m, change.Ignored, change.NoHow, false, "goes back to the spec that is deployed")
	if len(m.Lines) > 0 {
		t.Error(m.Lines)
	}
	in.After["spec"].(map[string]any)["image"] = "flink:good"
	m = change.Of(in)
	expect(t, m, change.Upgraded, change.FromSavepoint, false, "")
	if len(m.Lines) != 1 || m.Lines[0].Path != "spec.image" {
		t.Error(m.Lines)
	}
}
