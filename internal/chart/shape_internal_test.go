package chart

import (
	"io/fs"
	"maps"
	"os"
	"reflect"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/manifest/standin"
)

// TestDocument compares with the way through JSON text.
func TestDocument(t *testing.T) {
	t.Parallel()
	texts := []string{
		"", "# nothing", "null", "text", "[]", "{}", "a: [1, 2.0, 1e3, 2.5, -0.0, .5]", "a: 9223372036854775807", "a: 9223372036854775808",
		"a: 18446744073709551616", "a: 0x1F\nb: 0o17\nc: 017\nd: 1_000", "a: .inf", "a: .nan", "1: a", "1.5: a", "true: a", "null: a",
		"a: 2026-01-02T03:04:05Z\nb: 2026-01-02", "a: !!binary /w==", "a: !!str 1", "a: yes\nb: on\nc: ~\nd:",
		"a: &x {b: [1]}\nc: *x", "base: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}", "a: <&>\u2028\n", `a: "\xe9\uD83D"`, "a: 1\na: 2", "a: [", "a: b: c",
		"[a, [b, {c: 1.0}]]", "a: 1e400", "a: 1e21\nb: 123456789012345678901234567890", "? [a]\n: b", "a: |\n  text\n  more\n", "- !!set {a, b}",
	}
	root := os.DirFS("../..")
	err := fs.WalkDir(root, "testdata/golden", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		data, err := fs.ReadFile(root, path)
		texts = append(texts, split(string(data))...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(texts) < 300 {
		t.Errorf("%d texts", len(texts))
	}
	for _, text := range texts {
		got, err := document(text)
		raw, wantErr := yaml.YAMLToJSONStrict([]byte(text))
		var want any
		if wantErr != nil {
			wantErr = yamlError(wantErr)
		} else {
			want, wantErr = throughJSON(raw)
		}
		if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v, %v; through JSON %#v, %v", text, got, err, want, wantErr)
		}
	}
}

// TestDocumentRefuses holds what the way through JSON decides by chance.
func TestDocumentRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"1: a\n\"1\": b", "true: a\n'true': b", "1.5: a\n'1.5': b", "[{a: {.inf: a, '.inf': b}}]", "1e1: a\n10: b", "a: {2: b, '2': c}",
	} {
		if got, err := document(text); err == nil || !strings.Contains(err.Error(), "is in one map twice") {
			t.Errorf("%q: %#v, %v", text, got, err)
		}
	}
	if got, err := document("1: a\n\"2\": b\ntrue: {1: c}\n.inf: a\n+Inf: b"); err != nil || len(got.(map[string]any)) != 5 {
		t.Errorf("%#v, %v", got, err)
	}
}

// TestAside compares merged values with those that Helm merges alone.
func TestAside(t *testing.T) {
	t.Parallel()
	c := &chart.Chart{Metadata: &chart.Metadata{Name: "c"}, Values: map[string]any{
		"jobs": map[string]any{}, "full": map[string]any{"a": 1.0, "b": map[string]any{}}, "none": nil, "text": "x", "gone": map[string]any{"a": 1.0},
		"kept": map[string]any{}, "away": map[string]any{}, "typed": map[string]any{}, "flat": map[string]any{},
	}}
	values := map[string]any{
		"jobs": map[string]any{"a": map[string]any{"n": nil, "list": []any{1.0, nil, map[string]any{}}}, "off": nil, "m": map[string]any(nil), "s": []any(nil)},
		"full": map[string]any{"a": nil, "b": map[string]any{"c": nil}}, "none": map[string]any{"a": nil}, "text": map[string]any{"a": nil},
		"gone": nil, "own": map[string]any{"a": nil}, "away": nil, "typed": map[string]any{"labels": map[string]string{"a": "b"}}, "flat": "x",
	}
	want, err := chartutil.CoalesceValues(c, values)
	if err != nil {
		t.Fatal(err)
	}
	small, large := aside(c, values)
	if len(large) != 1 {
		t.Errorf("set aside: %v", large)
	}
	got, err := chartutil.CoalesceValues(c, small)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(got, large)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
	seen := leftOut(new(standin.Values), values["jobs"], nil)
	if !reflect.DeepEqual(seen, values["jobs"]) {
		t.Errorf("templates see %#v", seen)
	}
	seen.(map[string]any)["a"].(map[string]any)["list"].([]any)[0] = "changed"
	if values["jobs"].(map[string]any)["a"].(map[string]any)["list"].([]any)[0] != 1.0 {
		t.Error("the values were changed")
	}
}
