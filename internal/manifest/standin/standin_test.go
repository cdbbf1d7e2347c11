package standin_test

import (
	"maps"
	"reflect"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest/standin"
)

func TestRestore(t *testing.T) {
	t.Parallel()
	var v standin.Values
	first, second := v.Add(map[string]any{"a": 1}), v.Add([]any{"b"})
	data := map[string]any{"x": first, "list": []any{second, "text", nil, map[string]any{"deep": first}}, "n": 1}
	want := map[string]any{
		"x": map[string]any{"a": 1}, "list": []any{[]any{"b"}, "text", nil, map[string]any{"deep": map[string]any{"a": 1}}}, "n": 1,
	}
	if got := v.Restore(data); !reflect.DeepEqual(got, any(want)) {
		t.Errorf("%v", got)
	}
	whole := map[string]any{"a": 1, "b": map[string]any{"c": "d", v.AddEntries(map[string]any{"x": []any{"y"}, "c": "before"}): ""}, v.AddEntries(map[string]any{"e": "f"}): ""}
	want = map[string]any{"a": 1, "e": "f", "b": map[string]any{"c": "d", "x": []any{"y"}}}
	if got := v.Restore(whole); !reflect.DeepEqual(got, any(want)) {
		t.Errorf("%v", got)
	}
	strange := map[string]any{"\uE0F1\uE0F19": "", "\uE0F1\uE0F1": "", "\uE0F10": ""}
	if got := v.Restore(maps.Clone(strange)); !reflect.DeepEqual(got, any(strange)) {
		t.Errorf("%v", got)
	}
	if got := v.Restore(first); !reflect.DeepEqual(got, any(map[string]any{"a": 1})) {
		t.Errorf("%v", got)
	}
	for _, text := range []string{first + "0", first + "x", "\uE0F1", "\uE0F1-1", "x" + first} {
		if got := v.Restore(text); got != any(text) {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestMarked(t *testing.T) {
	t.Parallel()
	var v standin.Values
	text := v.Add(nil)
	for _, data := range []any{text, "x" + text, []any{1, text}, map[string]any{text: 1}, map[string]any{"a": []any{map[string]any{"b": text}}}} {
		if !standin.Marked(data) {
			t.Errorf("%v is not marked", data)
		}
	}
	for _, data := range []any{nil, 1, "text", []any{}, map[string]any{"a": []any{"b", nil, true}}} {
		if standin.Marked(data) {
			t.Errorf("%v is marked", data)
		}
	}
}
