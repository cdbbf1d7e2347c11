package chart

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/manifest/standin"
)

// readAgain is what the way through toYaml and the parser makes of a value.
func readAgain(t *testing.T, value any) any {
	t.Helper()
	text, err := yaml.Marshal(value)
	if err != nil {
		t.Fatalf("%#v: %v", value, err)
	}
	data, err := document(string(text))
	if err != nil {
		t.Fatalf("%#v: %v", value, err)
	}
	return data
}

// TestPrinted: a value that is left out of a rendering is as it would be if it were printed and read again.
func TestPrinted(t *testing.T) {
	t.Parallel()
	for _, value := range []any{
		nil, true, "", "text", " a", "a ", "a\nb\n", "\n a\n\n b", "  a\nb", "a: b", "- a", "#a", "yes", "~", "null", "1", "1_000", "0x1F", "1e3", "=", "<<",
		"2026-01-02", "{{name}}", "%", "@a", "&a", "*a", "!a", "'", `"`, "\\", strings.Repeat("long words ", 30), "日本語\n😀", "a\n\n", "\t",
		1, int64(1), 1 << 40, 1.0, 0.5, 100000.25, 123456789012345.0, -3.5, map[string]any{}, map[string]any{"a": nil, "1": "1", "yes": "no", "": ""},
		[]any{}, []any{"a", 1, nil, []any{}, map[string]any{"b": []any{1.0}}}, map[string]any{"a": map[string]any{"b": "c\nd"}},
	} {
		got, ok := printed(value)
		if !ok {
			t.Errorf("%#v: is not taken to be printed as it is", value)
		} else if want := readAgain(t, value); !reflect.DeepEqual(got, want) {
			t.Errorf("%#v: %#v, read again %#v", value, got, want)
		}
	}
	for _, value := range []any{
		"\x00", "\r\n", "\xff", "\u0085", "\u2028", "\ufeff", 1e21, 1e-9, map[string]any{"<<": 1}, map[string]any{"\x01": 1}, []any(nil), map[string]any(nil), uint(1),
	} {
		if got, ok := printed(value); ok {
			t.Errorf("%#v: %#v", value, got)
		}
	}
}

func FuzzPrinted(f *testing.F) {
	for _, text := range []string{`{"a": [1, 2.5, "b\nc", null, true]}`, `"1e3"`, `{"1": "0x1F", "": " "}`, `["\u0000", 1e300, 0.000001]`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var value any
		if json.Unmarshal([]byte(text), &value) != nil {
			return
		}
		if got, ok := printed(value); ok {
			if want := readAgain(t, value); !reflect.DeepEqual(got, want) {
				t.Errorf("%q: %#v, read again %#v", text, got, want)
			}
		}
	})
}

// TestLeftOut: what templates see is a copy; what they only print is as it was where it needs no change.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	same, changed := map[string]any{"a": "b", "c": []any{int64(1)}}, map[string]any{"a": map[string]any{"n": 1}, "b": []any{"x", 2.0}}
	values := map[string]any{"one": map[string]any{"spec": same, "more": map[string]any{}}, "two": map[string]any{"spec": changed}, "three": map[string]any{"spec": map[string]any{}}}
	var left standin.Values
	seen := leftOut(&left, values, [][]string{{"*", "spec"}}).(map[string]any)
	if _, ok := seen["one"].(map[string]any)["spec"].(string); !ok {
		t.Errorf("%#v", seen)
	}
	if spec, ok := seen["three"].(map[string]any)["spec"].(map[string]any); !ok || len(spec) > 0 {
		t.Errorf("an empty map: %#v", seen)
	}
	left.Restore(seen)
	if got := seen["one"].(map[string]any)["spec"]; reflect.ValueOf(got).Pointer() != reflect.ValueOf(same).Pointer() {
		t.Error("it was copied")
	}
	want := map[string]any{"a": map[string]any{"n": int64(1)}, "b": []any{"x", int64(2)}}
	if got := seen["two"].(map[string]any)["spec"]; !reflect.DeepEqual(got, any(want)) {
		t.Errorf("%#v", got)
	}
	if !reflect.DeepEqual(changed, map[string]any{"a": map[string]any{"n": 1}, "b": []any{"x", 2.0}}) {
		t.Errorf("the values were changed: %#v", changed)
	}
}

// TestVerbatimValuesCarryTheMark: values that have the mark themselves are rendered as they are.
func TestVerbatimValuesCarryTheMark(t *testing.T) {
	t.Parallel()
	r := New(os.DirFS(filepath.Join("..", "..", "charts")), Target{})
	spec := map[string]any{"image": new(standin.Values).Add(nil), "job": map[string]any{"jarURI": "local:///a.jar"}}
	set, list, err := r.Render(t.Context(), Unit{Chart: "flink-jobs", Release: "r", Namespace: "n", Values: map[string]any{
		"deployments": map[string]any{"a": map[string]any{"spec": spec}},
	}})
	if err != nil || len(list) > 0 || len(set) != 1 {
		t.Fatalf("%v, %v, %v", set, list, err)
	}
	if got := set[0].Data["spec"]; !reflect.DeepEqual(got, any(spec)) {
		t.Errorf("%#v", got)
	}
}
