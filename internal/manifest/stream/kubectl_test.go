package stream_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// kubectl reads a document as kubectl does.
func kubectl(text []byte) (any, error) {
	data, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	var v any
	return v, json.Unmarshal(data, &v)
}

// same fails unless a document is read as kubectl reads it.
func same(t *testing.T, name string, doc stream.Document) {
	t.Helper()
	set, findings := doc.Objects()
	want, err := kubectl(doc.Text)
	if err != nil || findings.Has(diag.Error) || len(set) != 1 {
		t.Fatalf("%s:%d: %d objects, kubectl: %v\n%s", name, doc.Line, len(set), err, lines(findings))
	}
	if !reflect.DeepEqual(any(set[0].Data), want) {
		t.Errorf("%s:%d:\ngot  %#v\nwant %#v", name, doc.Line, set[0].Data, want)
	}
}

// head makes an object of any text.
const head = "apiVersion: v1\nkind: X\nmetadata: {name: x}\n"

// TestFilesAsKubectl reads every YAML file of the tree: ours as they are,
// values as a part of an object.
func TestFilesAsKubectl(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	count := 0
	for _, pattern := range []string{"examples/*.yaml", "testdata/golden/*/*.yaml", "testdata/golden/*/*/*.yaml", "charts/*/*.yaml", "internal/**/*/*.yaml"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for doc, err := range stream.Documents(file, bytes.NewReader(data)) {
				if err != nil {
					t.Fatal(err)
				}
				if !doc.IsManifest() {
					indented := strings.ReplaceAll("\n"+string(doc.Text), "\n", "\n  ")
					doc.Text = []byte(head + "x:" + indented)
				}
				count++
				same(t, file, doc)
			}
		}
	}
	if count < 300 {
		t.Errorf("only %d documents were compared", count)
	}
}

// scalars is what YAML 1.1 and 1.2, or two readers, do not take alike.
func scalars() []string {
	return strings.Split(`y Y yes Yes YES yEs n N no No NO on On ON oN off Off OFF true True TRUE tRUE false False FALSE
~ null Null NULL nULL 0 -0 +0 00 007 0777 -0777 08 09 0x 0xff 0XFF -0xff +0xff 0x_f 0b101 0B101 -0b101 +0b101 0b2 0b+1 0b-1 -0b+1 -0b-1 0x+1 0o17 -0o17 0O17 1_000 _1 1_ 1__0
-1_0 1.0 1.5 1.10 -1.5 +1.5 1. .5 -.5 +.5 . .. - + 1e3 1E3 1e+3 1e-3 1e 1e400 -1e400 1e20 1e21 1e22 1.5e300 123456789012345678 1e18
9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616
9007199254740993 9007199254740993.0 4611686018427387904.0 99999999999999999999999 0xffffffffffffffff 0b1111111111111111111111111111111111111111111111111111111111111111
2001-01-01 2001-1-1 2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z 190:20:30 1:30 12:30:45 1.2.3 1_0.5 ._5 .1_0 0x1p-2 1,000 +.inf- .infinity
'yes' "yes" '1' "0777" "\u00e9\x41\n" '' "" !!str_1 !!str !!int!1 =`, " ")
}

func TestScalarsAsKubectl(t *testing.T) {
	t.Parallel()
	all := strings.Fields(strings.Join(scalars(), " "))
	for _, tag := range []string{"", "!!str ", "!!int ", "!!float ", "!!bool ", "!!null ", "!!timestamp ", "!!binary ", "!!seq ", "!x ", "!<tag:yaml.org,2002:int> "} {
		for _, scalar := range all {
			for _, text := range []string{"v: " + tag + scalar + "\n", tag + scalar + ": v\n", "v: " + tag + "'" + scalar + "'\n"} {
				doc := stream.Document{Line: 1, Text: []byte(head + text)}
				agree(t, doc)
			}
		}
	}
}

// agree fails unless kubectl and we read a document alike, or neither of us does.
func agree(t *testing.T, doc stream.Document) {
	t.Helper()
	set, findings := doc.Objects()
	want, err := kubectl(doc.Text)
	switch {
	case err == nil && findings.Has(diag.Error):
		t.Errorf("%q: kubectl reads it: %v\n%s", doc.Text, want, lines(findings))
	case err != nil && !findings.Has(diag.Error):
		t.Errorf("%q: kubectl does not read it: %v", doc.Text, err)
	case err == nil && len(set) == 1 && !reflect.DeepEqual(any(set[0].Data), want):
		t.Errorf("%q:\ngot  %#v\nwant %#v", doc.Text, set[0].Data, want)
	}
}

func TestStructuresAsKubectl(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n",
		"a: &a {x: 1, y: 2}\nb: {y: 3, <<: *a}\n",
		"a: &a {x: 1}\nb: &b {x: 2, z: 1}\nc: {<<: [*a, *b, {q: 1}]}\n",
		"a: &a {x: 1}\nb: &b {x: 2, <<: *a}\nc: {x: 5, <<: [*a, *b], <<: {x: 7}}\n",
		"a: &a [1]\nb: {<<: *a}\n", "b: {<<: ~}\n", "b: {<<: 1}\n", "a: &a {x: 1}\nb: &b [*a]\nc: {<<: *b}\n", "b: {'<<': {x: 1}}\n",
		"b: {!!merge <<: {x: 1}}\n", "b: {!!str <<: {x: 1}}\n", "b: <<\n", "b: [<<]\n",
		"a: &a x\n*a : 1\nb: *a\n", "a: &a [x]\n*a : 1\n", "? [a]\n: 1\n", "? {a: 1}\n: 1\n", ": 1\n", "~: 1\n", "a: &a [*a]\n", "a: *b\n",
		"a: [1, 2\n", "a: {b: 1\n", "a:\n\tb: 1\n", "a: b: c\n", "a: @x\n", "a: 'x\n", "a: \"\\q\"\n", "- a\n", "{{ x }}: 1\n", "a: {{ x }}\n",
		"a: |\n  x\n  y\nb: >-\n  x\n  y\n\n  z\n", "a: \"x\n  y\\\n  z\"\n", "a: !!map {b: 1}\n", "a: !!seq [1]\n", "a: !x {b: 1}\n", "a: !!str {b: 1}\n", "a: !!null {b: 1}\n",
		"a: []\nb: {}\nc:\nd: ''\n", "a: [a, [b, {c: d}], ]\n", "1: a\n2.50: b\ntrue: c\n0x10: d\n", "a:\n- 1\n- - 2\n  - 3\n",
		"a: 1 #c\n#d\nb: 2\n", "a: \"\\ud83d\\ude00\"\n", "a: \"\\U0001F600\"\n", "a: \"\\/\"\n", "a: ! yes\n", "a: ! 12\n", "a: &x ! 12\nb: *x\n", "a: [&x ! 12, ! 1, 2]\n", "a: !\n  yes\n", "é: ! 1\n! 1: 2\n", "a: ! \"12\"\n", "a: ! 'yes'\n", "! \"on\": 1\n", "a: ! |\n  1\n",
		"a: \u00e9\u2028x\n", "a: \u0085b\n", "a: {x: 1, 'y':2}\n", "a: {x:1}\n", "a: [x:1, http://x]\n", "a: {\"x\":1}\n", "a: x#y\n", "a: - b\n", "a: ? b\n", "a: ?b\n", "a: -b\n",
	} {
		agree(t, stream.Document{Line: 1, Text: []byte(head + text)})
	}
}
