package pool_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest/pool"
)

// TestParts: equal parts are one afterwards, and nothing has changed but that.
func TestParts(t *testing.T) {
	t.Parallel()
	read := func() map[string]any {
		var out map[string]any
		if err := json.Unmarshal([]byte(`{"a": {"x": [1, "1", true, null, {}], "y": {"n": {}}}, "b": {"x": [1, "1", true, null, {}], "y": {"n": {}}},
			"c": {"x": ["1", 1, true, null, {}], "y": {"n": []}}, "d": [], "e": "", "f": [[]], "g": {"y": null}, "h": {"z": null}}`), &out); err != nil {
			t.Fatal(err)
		}
		out["nil map"], out["nil list"], out["int"], out["int64"] = map[string]any(nil), []any(nil), []any{1}, []any{int64(1)}
		return out
	}
	data, p := read(), pool.New()
	p.Parts(data)
	if want := read(); !reflect.DeepEqual(data, want) {
		t.Errorf("%v\nwas %v", data, want)
	}
	same := func(a, b any) bool { return reflect.ValueOf(a).UnsafePointer() == reflect.ValueOf(b).UnsafePointer() }
	if !same(data["a"], data["b"]) {
		t.Error("two that are equal")
	}
	if same(data["a"], data["c"]) || same(data["g"], data["h"]) || same(data["int"], data["int64"]) {
		t.Error("one of two that are not equal")
	}
	again := read()
	if p.Parts(again); !same(again["c"], data["c"]) {
		t.Error("another that is equal, later")
	}
	strange := map[string]any{"a": map[string]any{"b": []string{"c"}}, "d": map[string]any{"b": []string{"c"}}}
	if p.Parts(strange); same(strange["a"], strange["d"]) {
		t.Error("what JSON does not have")
	}
}
