package emit

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v2"
	k8sjson "k8s.io/apimachinery/pkg/util/json"
	k8syaml "sigs.k8s.io/yaml"
)

// library is what the YAML library writes.
func library(t *testing.T, data map[string]any) []byte {
	t.Helper()
	sorted, err := ordered(data)
	if err != nil {
		return nil
	}
	out, err := yaml.Marshal(sorted)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWriter compares with the library: every object of the golden files, and texts that need quotes.
func TestWriter(t *testing.T) {
	t.Parallel()
	var w writer
	written, left := 0, 0
	check := func(data map[string]any) {
		t.Helper()
		got, ok := w.document(data)
		if !ok {
			left++
			return
		}
		written++
		if want := library(t, data); !bytes.Equal(got, want) {
			t.Errorf("wrote\n%s\nthe library\n%s", got, want)
		}
	}
	err := filepath.WalkDir(filepath.Join("..", "..", "testdata"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for doc := range strings.SplitSeq(string(text), "\n---\n") {
			var data map[string]any
			if raw, err := k8syaml.YAMLToJSON([]byte(doc)); err == nil && k8sjson.Unmarshal(raw, &data) == nil {
				check(data)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if written < 500 || left > written/5 {
		t.Errorf("%d written, %d left to the library", written, left)
	}
	for _, s := range texts() {
		check(map[string]any{"a": s, s: "b", "list": []any{s, []any{s, []any{}}, map[string]any{s: s, "x": nil}, map[string]any{}}})
	}
}

func texts() []string {
	return []string{
		"", " ", "a", "yes", "no", "on", "off", "true", "True", "null", "Null", "~", "y", "n", "1", "1.5", "1e3", "0x1F", "0o7", "017", "1_000", ".inf", "-.INF", ".nan",
		"1:20", "190:20:30", "2026-01-02", "2026-01-02T03:04:05Z", "=", "<<", "-", "- a", "-a", "a-", "?", "? a", ":", "a:", "a: b", ":a", "a:b", "#", "# a", "a #b", "a#b",
		"&a", "*a", "!a", "|", ">", "'a'", "\"a\"", "%a", "@a", "`a`", "{a}", "[a]", "a,b", "{{name}}", "s3://bucket/a", "https://a:80/x", "longer:", "longer: x", "longer#x",
		" lead", "trail ", "two words", "tab\tin", "tab\t", "é", "日本語", "😀", "\u0085", "\u2028", "\ufeff", "\x00", "\x7f", "back\\slash", strings.Repeat("word ", 40),
		strings.Repeat("k", 101), strings.Repeat("k", 200), "a\nb", "a\n", "\n", "x\u2028y", "x\u2029 y", "x\u0085y", "x\ry", "letters", "Letters1", "abcdef.", "abcdef/", "abcdef-", "abcdef_", "abcdef:/", "abcdef:",
	}
}

func FuzzWriter(f *testing.F) {
	for _, s := range texts() {
		raw, err := json.Marshal(map[string]any{s: []any{s, map[string]any{"a": s, "n": 1, "f": 1.5, "b": true}}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Fuzz(func(t *testing.T, text string) {
		var data map[string]any
		if k8sjson.Unmarshal([]byte(text), &data) != nil {
			return
		}
		var w writer
		if got, ok := w.document(data); ok {
			if want := library(t, data); !bytes.Equal(got, want) {
				t.Errorf("wrote\n%q\nthe library\n%q", got, want)
			}
		}
	})
}
