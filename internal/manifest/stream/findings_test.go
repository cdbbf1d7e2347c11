package stream_test

import (
	"io"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
)

func TestFindings(t *testing.T) {
	t.Parallel()
	const id = "apiVersion: v1\nkind: A\nmetadata: {name: a}\n"
	for _, c := range []struct {
		name, text string
		objects    int
		want       string
	}{
		{"nothing is wrong", id, 1, ""},
		{"null", "~\n---\nnull # nothing\n", 0, ""},
		{"CRLF", strings.ReplaceAll(id+"x: [1,\n  2]\n", "\n", "\r\n"), 1, ""},
		{"duplicates", id + "kind: B\nx: {z: 1, z: 2, z: 3}\n", 1,
			`4:1: error FLK025 kind: the key "kind" is already in line 2
5:11: error FLK025 x.z: the key "z" is already in line 5
5:17: error FLK025 x.z: the key "z" is already in line 5
`},
		{"duplicate of another type", id + "x: {on: 1, 1: 2, 'true': 3, \"1\": 4}\n", 1,
			`4:5: warning FLK029 x: kubectl reads the key on as "true"
4:18: error FLK025 x.true: the key "true" is already in line 4
4:29: error FLK025 x[1]: the key "1" is already in line 4
`},
		{"no version and kind", "metadata: {name: a}\n---\n{}\n", 0,
			`1:1: error FLK027 apiVersion: the object has no apiVersion
1:1: error FLK027 kind: the object has no kind
3:1: error FLK027 apiVersion: the object has no apiVersion
3:1: error FLK027 kind: the object has no kind
`},
		{"version is a number", "apiVersion: 1\nkind: A\nmetadata: {name: a}\n", 0,
			"1:1: error FLK027 apiVersion: want text for apiVersion, got the number 1\n"},
		{"no metadata", "apiVersion: v1\nkind: A\n", 1, "2:1: error FLK027 metadata: the A has no metadata.name\n"},
		{"no name", "apiVersion: v1\nkind: A\nmetadata:\n  labels: {}\n", 1, "3:1: error FLK027 metadata.name: the A has no metadata.name\n"},
		{"name is a number", "apiVersion: v1\nkind: A\nmetadata:\n  name: 12\n", 1,
			"4:3: error FLK027 metadata.name: want text for metadata.name, got the number 12\n"},
		{"metadata is text", "apiVersion: v1\nkind: A\nmetadata: a\n", 0,
			"3:1: error FLK028 metadata: want a mapping under metadata, got the text \"a\"\n"},
		{"not an object", "- a\n---\ntrue\n---\nfoo\n", 0,
			"1:1: error FLK028: want an object, got a list\n3:1: error FLK028: want an object, got true\n5:1: error FLK028: want an object, got the text \"foo\"\n"},
		{"text without text", "!!!!\n---\n''\n", 0, "1:1: error FLK028: want an object, got the text \"\"\n3:1: error FLK028: want an object, got the text \"\"\n"},
		{"long text", strings.Repeat("é", 50) + "\n", 0, "1:1: error FLK028: want an object, got the text \"" + strings.Repeat("é", 40) + "…\"\n"},
		{"keys that are no numbers", id + "x: {.inf: 1, -.inf: 2, .nan: 3, 18446744073709551615: 4}\n", 0,
			"4:33: error FLK022 x: \"18446744073709551615\" cannot be a key\n"},
		{"mapping as text", "apiVersion: {a: b}\nkind: [a]\n", 0,
			"1:1: error FLK027 apiVersion: want text for apiVersion, got a mapping\n2:1: error FLK027 kind: want text for kind, got a list\n"},
		{"list without items", "apiVersion: v1\nkind: List\n", 0, "1:1: error FLK028: the List has no list of items\n"},
		{"infinity", id + "x: [.inf, '.inf', -.INF]\n", 0,
			"4:5: error FLK026 x[0]: .inf is a number that JSON does not have\n4:19: error FLK026 x[2]: -.INF is a number that JSON does not have\n"},
		{"keys", id + "x: {~: 1, [a]: 2, {b: c}: 3}\nz:\n  ?\n  : 4\n", 0,
			"4:5: error FLK022 x: \"~\" cannot be a key\n4:11: error FLK022 x: a key cannot be a list or mapping\n" +
				"4:19: error FLK022 x: a key cannot be a mapping\n6:4: error FLK022 z: there is no key before the colon\n"},
		{"tags", id + "x: !!int a\n", 0, "4:4: error FLK022 x: \"a\" is no !!int\n"},
		{"merge", id + "x: {<<: 1}\nz: {<<: [[]]}\n", 0,
			"4:9: error FLK022 x: \"<<\" merges mappings only\n5:10: error FLK022 z: \"<<\" merges mappings only\n"},
		{"merge below", id + "x: &x {a: 1}\nz:\n  a: 2\n  <<: *x\n", 1,
			"7:3: warning FLK029 z: \"<<\" replaces the key \"a\" of line 6 in kubectl, but not in other tools\n"},
		{"keys of other types", id + "on: {1: a, 'no': b, 017: c, 1.10: d}\n", 1,
			"4:1: warning FLK029: kubectl reads the key on as \"true\"\n4:21: warning FLK029 true: kubectl reads the key 017 as \"15\"\n" +
				"4:29: warning FLK029 true: kubectl reads the key 1.10 as \"1.1\"\n"},
		{"two flow mappings", "{a: 1}\n{b: 1}\n", 0, "2:1: error FLK022: did not find expected <document start>\n"},
		{"carriage returns", "a: 1\r---\rb: 1\r", 0, "1:1: error FLK022: a second document starts here\n"},
		{"marks", "\ufeff" + id, 1, "1:1: warning FLK029: a byte order mark stands before the document\n"},
		{"behind the marker", "---\n--- {apiVersion: v1, kind: A, metadata: {name: a}}\n", 1,
			"2:1: warning FLK029: the document starts in the line of its \"---\", which kubectl refuses\n"},
		{"behind the end", id + "...\n" + id, 2, "5:1: warning FLK029: the document follows a \"...\" without a \"---\", and kubectl does not read it\n"},
		{"tab", id + "x:\n\ty: 1\n", 0, "5:1: error FLK022: a tab is used for indentation\n"},
		{"conflict", id + "---\n" + id + "<<<<<<< HEAD\nx: 1\n=======\nx: 2\n>>>>>>> b\n", 1, "8:1: error FLK022: a merge conflict starts here\n"},
		{"template", "# c\napiVersion: v1\nkind: A\nmetadata:\n  name: {{ .Release.Name }}\n  {{- with .x }}\n", 0,
			"5:9: error FLK022: this is a template, not a manifest\n"},
		{"anchor", id + "x: 1\ny: [*z]\n", 0, "5:5: error FLK022: there is no anchor \"z\" before this alias\n"},
		{"directive", "%YAML 1.1\n---\n" + id, 1, "1:1: error FLK022: did not find expected <document start>\n"},
		{"indentation", id + "spec:\n  x: 1\n   y: 2\nz: 1\n", 0, "6:4: error FLK022: mapping values are not allowed in this context\n"},
		{"quote", id + "x: 'a\ny: 1\n", 0, "4:1: error FLK022: found unexpected end of stream\n"},
		{"NUL", id + "x: a\x00\n", 0, "4:5: error FLK023: the control character U+0000 is not allowed\n"},
		{"latin 1", id + "x: \xe9\n", 0, "4:4: error FLK023: the document is not UTF-8\n"},
		{"UTF-16", "\xff\xfea\x00:\x00", 0, "1:1: error FLK023: the document is UTF-16\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set, findings := read(t, c.text)
			got := strings.ReplaceAll(lines(findings), "f.yaml:", "")
			if got != c.want || len(set) != c.objects {
				t.Errorf("got %d objects and\n%s\nwant %d and\n%s", len(set), got, c.objects, c.want)
			}
			for _, f := range findings {
				if f.Message == "" || strings.HasSuffix(f.Message, ".") || strings.Contains(f.Message, "\n") {
					t.Errorf("not a message: %q", f.Message)
				}
			}
		})
	}
}

// TestHostile: what fills memory or time elsewhere is one finding here.
func TestHostile(t *testing.T) {
	t.Parallel()
	bomb := "a0: &a0 [x]\n"
	for i := range 20 {
		bomb += strings.ReplaceAll(strings.ReplaceAll("aN: &aN [*aP, *aP, *aP, *aP, *aP, *aP, *aP, *aP, *aP]\n", "N", string(rune('b'+i))), "aP", map[bool]string{true: "a0", false: "a" + string(rune('a'+i))}[i == 0])
	}
	merges := "m0: &m0 {k: v}\n"
	for i := range 20 {
		merges += strings.ReplaceAll(strings.ReplaceAll("mN: &mN {<<: [*mP, *mP, *mP, *mP]}\n", "N", string(rune('b'+i))), "mP", map[bool]string{true: "m0", false: "m" + string(rune('a'+i))}[i == 0])
	}
	for _, c := range []struct {
		name, text string
		code       diag.Code
	}{
		{"nested lists", strings.Repeat("[", 100_000), diag.CodeManifestLarge},
		{"closed lists", "a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), diag.CodeManifestLarge},
		{"nested JSON", strings.Repeat("{\"a\":", 5000) + "1" + strings.Repeat("}", 5000), diag.CodeManifestLarge},
		{"very deep JSON", strings.Repeat("{\"a\":", 200_000), diag.CodeManifestLarge},
		{"nested blocks", strings.Repeat("- ", 20_000) + "a", diag.CodeManifestLarge},
		{"bomb", bomb, diag.CodeManifestLarge},
		{"bomb of merges", merges, diag.CodeManifestLarge},
		{"cycle", "a: &a {b: *a}\n", diag.CodeManifestLarge},
		{"cycle of merges", "a: &a {<<: *a}\n", diag.CodeManifestLarge},
		{"many values", "a: [" + strings.Repeat("b,", 7<<20) + "]\n", diag.CodeManifestLarge},
		{"million keys", strings.Repeat("- a\n", 1_100_000), diag.CodeManifestLarge},
		{"large number", "a: " + strings.Repeat("9", 1_000_000), diag.CodeManifestIdentity},
		{"large", "a: |\n" + strings.Repeat(strings.Repeat(" ", 1000)+"\n", 17_000), diag.CodeManifestLarge},
		{"one long line", "a: " + strings.Repeat("x", 17<<20), diag.CodeManifestLarge},
		{"duplicates", strings.Repeat("a: 1\n", 100_000), diag.CodeManifestDuplicate},
		{"comments", "a:\n" + strings.Repeat("  # c\n", 200_000), diag.CodeManifestIdentity},
		{"quotes", "a: " + strings.Repeat("\"", 100_000), diag.CodeManifestSyntax},
		{"tags", "a: [" + strings.Repeat("! &a 1,", 40_000) + "]\n", diag.CodeManifestIdentity},
		{"exclamations", strings.Repeat("! ", 1_000_000), diag.CodeManifestSyntax},
		{"braces", strings.Repeat("{{", 50_000), diag.CodeManifestLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set, findings := read(t, c.text)
			if len(set) > 0 || len(findings) == 0 || len(findings) > 110 || findings[0].Code != c.code {
				t.Errorf("got %d objects and %d findings: %.300s", len(set), len(findings), lines(findings))
			}
			if more, found := read(t, c.text+"\n---\n"+head); len(more) != 1 || len(found) != len(findings) {
				t.Errorf("the next document: got %d objects and %.300s", len(more), lines(found))
			}
		})
	}
}

// many repeats a text for some bytes.
type many struct {
	text string
	left int
}

func (m *many) Read(p []byte) (int, error) {
	n := 0
	for n+len(m.text) <= len(p) && m.left > 0 {
		n += copy(p[n:], m.text)
		m.left -= len(m.text)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// TestNothing: 100 MB of separators, comments or white space are no document.
func TestNothing(t *testing.T) {
	t.Parallel()
	for text, size := range map[string]int{"---\n": 100, "# comment\n": 20, "     \n": 20, " ": 20, "--- #\r\n": 20, "...\n": 20} {
		if testing.Short() {
			size /= 5
		}
		for doc, err := range stream.Documents("f", &many{text, size << 20}) {
			t.Errorf("%q: a document in line %d, %v", text, doc.Line, err)
			break
		}
	}
}
