package overlay

import (
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// longWay is what Kustomize's own JSON says of YAML.
func longWay(t *testing.T, node *yaml.RNode) (any, error) {
	t.Helper()
	raw, err := node.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var out any
	err = json.Unmarshal(raw, &out)
	return out, err
}

func dataTexts() []string {
	return []string{
		"a: b", "a: 1", "a: 007", "a: 0x1F", "a: -0", "a: +1", "a: 1_000", "a: 9223372036854775808", "a: yes", "a: True", "a: true", "a: ~", "a:", "a: ''",
		"a: 1.0", "a: 1e3", "a: .inf", "a: 2026-01-02", "a: !!str 1", "a: !!str true", "a: !!int \"1\"", "a: !!binary aGk=", "1: a", "null: a",
		"a: |\n  b\n  c\n", "a: >-\n  b\n  c\n", `a: "\u0000\t\n "`, "a: [1, [b, {c: d}], null]", "a: {}", "a: []", "a: &x {b: 1}\nc: *x",
		"base: &x {b: 1}\nc: {<<: *x}", "a: '<<'", "a: =", `{"a": "1", "b": 1, "c": null, "d": [true, 0.5]}`, "a: 日本語", "a: b # comment", "a: 1\na: 2",
	}
}

// TestShaped compares with the way through YAML and JSON text.
func TestShaped(t *testing.T) {
	long := 0
	for _, text := range dataTexts() {
		node, err := yaml.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := shaped(node.YNode())
		if !ok {
			long++
			continue
		}
		if want, err := longWay(t, node); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v; the long way %#v, %v", text, got, want, err)
		}
	}
	if short := len(dataTexts()) - long; short < 15 {
		t.Errorf("%d of %d go the long way", long, len(dataTexts()))
	}
}

func FuzzShaped(f *testing.F) {
	for _, text := range dataTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		node, err := yaml.Parse(text)
		if err != nil || node.YNode() == nil || node.YNode().Kind != yaml.MappingNode {
			return
		}
		got, ok := shaped(node.YNode())
		if !ok {
			return
		}
		if want, err := longWay(t, node); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v; the long way %#v, %v", text, got, want, err)
		}
	})
}

func TestShare(t *testing.T) {
	before := func() map[string]any {
		return map[string]any{
			"a": map[string]any{"b": "c", "d": []any{"e", int64(1), nil, 0.5}}, "f": "g", "h": []any{map[string]any{"i": true}}, "none": nil, "empty": map[string]any{},
		}
	}
	for name, change := range map[string]func(map[string]any){
		"nothing": func(map[string]any) {},
		"a text":  func(m map[string]any) { m["f"] = "other" },
		"deep":    func(m map[string]any) { m["a"].(map[string]any)["d"].([]any)[1] = int64(2) },
		"longer":  func(m map[string]any) { m["h"] = append(m["h"].([]any), "more") },
		"shorter": func(m map[string]any) { m["a"].(map[string]any)["d"] = []any{"e"} },
		"less":    func(m map[string]any) { delete(m, "f") },
		"more":    func(m map[string]any) { m["more"] = nil },
		"type":    func(m map[string]any) { m["a"], m["none"], m["empty"] = []any{}, false, "" },
	} {
		old, got, want := before(), before(), before()
		change(got)
		change(want)
		shared, same := share(got, old)
		if same != (name == "nothing") {
			t.Errorf("%s: %v", name, same)
		}
		if !reflect.DeepEqual(shared, any(want)) || !reflect.DeepEqual(got, want) || !reflect.DeepEqual(old, before()) {
			t.Errorf("%s: %#v of %#v", name, shared, old)
		}
	}
	old, changed := before(), before()
	changed["f"] = "other"
	got, _ := share(changed, old)
	old["a"].(map[string]any)["b"] = "seen in both"
	if got.(map[string]any)["a"].(map[string]any)["b"] != "seen in both" {
		t.Error("what is the same is not shared")
	}
}
