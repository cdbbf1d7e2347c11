package emit_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

func object(apiVersion, kind, namespace, name string) manifest.Object {
	meta := map[string]any{"name": name}
	if namespace != "" {
		meta["namespace"] = namespace
	}
	return manifest.Object{Data: map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": meta}}
}

// tricky are values that a careless writer or reader changes.
func tricky() map[string]any {
	out := map[string]any{
		"int": int64(42), "big": int64(math.MaxInt64), "neg": int64(-9007199254740993), "float": 0.1, "large": 1e300,
		"nil": nil, "true": true, "false": false, "emptyMap": map[string]any{}, "emptyList": []any{},
		"list": []any{"a", int64(1), nil, []any{map[string]any{"b": "c"}}},
	}
	for i, s := range []string{
		"", " ", "yes", "no", "on", "off", "y", "n", "Y", "true", "null", "~", "1.10", "0123", "0o14", "0x1F", "1_000", "1e3", "+1",
		".5", ".inf", ".nan", "011122223333", "12:30:45", "2001-01-01", "=", "<<", "-", "- a", "a: b", "a #b", "#a", "{a}", "[a",
		"&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'", "\"", "\\", "?", "? a", ":", "a:", "---", "...", "${VAR}", "{{ .x }}",
		"<no value>", "one\ntwo", "one\ntwo\n", "one\n\n\ntwo\n\n", "\nfirst", "  indented\nless\n", "trailing \nspaces  \n",
		"tab\tin", "\tlead", "\n", "cr\r\nlf", "--- # a\n---\nb\n", "ü 日本 🎉", "\u2028\u0085", "bell\a", "\x00", "\ufeffbom",
		"\x7f", strings.Repeat("long word ", 60), strings.Repeat("x", 5000), strings.Repeat("line \n", 40),
	} {
		out[fmt.Sprintf("s%02d", i)] = s
		if !strings.ContainsAny(s, "\r\n") && len(s) < 100 && s != "<<" {
			out[s] = "key"
		}
	}
	return out
}

func reparse(t *testing.T, docs string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for doc := range strings.SplitSeq(docs, "\n---\n") {
		raw, err := yaml.YAMLToJSONStrict([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		var data map[string]any
		if err := json.Unmarshal(raw, &data); err != nil {
			t.Fatal(err)
		}
		out = append(out, data)
	}
	return out
}

func TestStreamKeepsData(t *testing.T) {
	t.Parallel()
	o := object("v1", "ConfigMap", "team", "x")
	o.Data["data"] = tricky()
	second := object("v1", "ConfigMap", "team", "y")
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := emit.WriteStream(w, manifest.Set{o, second}); err != nil {
			t.Fatal(err)
		}
	}
	if a.String() != b.String() {
		t.Error("two writes differ")
	}
	got := reparse(t, a.String())
	if len(got) != 2 || !reflect.DeepEqual(got[1], second.Data) {
		t.Fatalf("got %d documents", len(got))
	}
	want := o.Data["data"].(map[string]any)
	have := got[0]["data"].(map[string]any)
	if len(have) != len(want) {
		t.Errorf("%d keys, want %d", len(have), len(want))
	}
	for k, v := range want {
		if !reflect.DeepEqual(have[k], v) {
			t.Errorf("%q: %#v, want %#v", k, have[k], v)
		}
	}
}

// TestStreamLooksUsual: where sigs.k8s.io/yaml can write an object at all, the
// bytes are the same, so that our files look like everybody's.
func TestStreamLooksUsual(t *testing.T) {
	t.Parallel()
	o := object("v1", "ConfigMap", "team", "x")
	data := tricky()
	for key, value := range data {
		if s, _ := value.(string); s == "key" || strings.ContainsAny(key+s, "\x7f\ufeff\u0085\u2028") {
			delete(data, key)
		}
	}
	o.Data["data"] = data
	want, err := yaml.Marshal(o.Data)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := emit.WriteStream(&got, manifest.Set{o}); err != nil || got.String() != string(want) {
		t.Errorf("got %s (error %v)\nwant %s", &got, err, want)
	}
}

func TestStreamForm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		set  manifest.Set
		want string
	}{
		{"empty", nil, ""},
		{"one", manifest.Set{object("v1", "Namespace", "", "b")}, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: b\n"},
		{"in the set's order", manifest.Set{object("v1", "Pod", "n", "b"), object("v1", "Namespace", "", "a")},
			"apiVersion: v1\nkind: Pod\nmetadata:\n  name: b\n  namespace: \"n\"\n---\n" +
				"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			if err := emit.WriteStream(&b, tt.set); err != nil || b.String() != tt.want {
				t.Errorf("got %q (error %v), want %q", b.String(), err, tt.want)
			}
		})
	}
}

type broken struct{ after int }

func (b *broken) Write(p []byte) (int, error) {
	if b.after--; b.after < 0 {
		return 0, errors.New("no more")
	}
	return len(p), nil
}

func TestStreamErrors(t *testing.T) {
	t.Parallel()
	set := manifest.Set{object("v1", "Pod", "n", "a"), object("v1", "Pod", "n", "b")}
	for after := range 3 {
		if err := emit.WriteStream(&broken{after}, set); err == nil || !strings.Contains(err.Error(), "no more") {
			t.Errorf("after %d writes: error %v", after, err)
		}
	}
	for name, v := range map[string]any{
		"a value of type func()": func() {}, "a key \"<<\"": []any{map[string]any{"<<": "x"}},
	} {
		bad := object("v1", "Pod", "n", "a")
		bad.Data["spec"] = v
		err := emit.WriteStream(&strings.Builder{}, manifest.Set{bad})
		if err == nil || !strings.HasPrefix(err.Error(), "Pod n/a: "+name) {
			t.Errorf("error %v, want %s", err, name)
		}
	}
}
