package values_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
)

func tree(t testing.TB, texts ...string) *values.Document {
	t.Helper()
	var in values.Input
	for i, text := range texts {
		in.Files = append(in.Files, values.Source{Name: fmt.Sprintf("%d.yaml", i), Data: []byte(text)})
	}
	doc, findings := load(t, nil, in)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	return doc
}

func asJSON(t testing.TB, n *values.Node) string {
	t.Helper()
	out, err := json.Marshal(n.Plain())
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestScalars(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		kind  values.Kind
		plain any
	}{
		"yes": {values.String, "yes"}, "No": {values.String, "No"}, "on": {values.String, "on"}, "y": {values.String, "y"},
		"true": {values.Bool, true}, "FALSE": {values.Bool, false}, `"true"`: {values.String, "true"},
		"~": {values.Null, nil}, "": {values.Null, nil}, "null": {values.Null, nil}, "'null'": {values.String, "null"},
		"5": {values.Int, int64(5)}, "-5": {values.Int, int64(-5)}, "+5": {values.Int, int64(5)}, "017": {values.Int, int64(15)},
		"0o17": {values.Int, int64(15)}, "0x1F": {values.Int, int64(31)}, "0b11": {values.Int, int64(3)},
		"1_000": {values.Int, int64(1000)}, "18446744073709551615": {values.Int, uint64(math.MaxUint64)},
		"011122228999": {values.Float, 11122228999.0}, "99999999999999999999": {values.Float, 1e20},
		"1.10": {values.Float, 1.1}, ".5": {values.Float, 0.5}, "1e3": {values.Float, 1000.0}, "1e999": {values.String, "1e999"},
		"2024-01-01": {values.String, "2024-01-01"}, "12:30": {values.String, "12:30"}, "1.2.3": {values.String, "1.2.3"},
		"!!str 5": {values.String, "5"}, "!!float 5": {values.Float, int64(5)}, `"1.10"`: {values.String, "1.10"},
		"|\n  x\n  y\n": {values.String, "x\ny\n"}, "<<": {values.String, "<<"}, "=": {values.String, "="},
	} {
		n := tree(t, "a: "+text).Root.Get("a")
		if n.Kind != want.kind || n.Plain() != want.plain {
			t.Errorf("%q: got %s %#v, want %s %#v", text, n.Kind, n.Plain(), want.kind, want.plain)
		}
		if plainText := strings.TrimPrefix(text, "!!float "); n.Kind < values.String && n.Text != plainText {
			t.Errorf("%q: the text is %q", text, n.Text)
		}
	}
}

func TestKeysAreText(t *testing.T) {
	t.Parallel()
	doc := tree(t, "1: a\ntrue: b\n1.10: c\n~: d\n2024-01-01: e\n'x': f\n")
	if got := strings.Join(doc.Root.Keys(), ","); got != "1,true,1.10,~,2024-01-01,x" {
		t.Error(got)
	}
}

func TestPositions(t *testing.T) {
	t.Parallel()
	doc := tree(t, `base: &base
  cpu: 1
  nested: {x: [1, ü, z]}
team: &team
  memory: 2Gi
  cpu: 5
jobs:
  a:
    <<: [*base, *team]
    slots: 4
  b: *base
  c: {<<: *base, cpu: 3}
`)
	for path, want := range map[string]string{
		"jobs":               "0.yaml:7:1",
		"jobs.a":             "0.yaml:8:3",
		"jobs.a.cpu":         "0.yaml:2:8",
		"jobs.a.memory":      "0.yaml:5:11",
		"jobs.a.slots":       "0.yaml:10:12",
		"jobs.b.cpu":         "0.yaml:2:8",
		"jobs.c.cpu":         "0.yaml:12:23",
		"jobs.c.nested.x.2":  "0.yaml:3:22",
		"jobs.c.nope.deeper": "0.yaml:12:6",
		"jobs.c.nested.x.9":  "0.yaml:3:15",
		"nope":               "0.yaml:1:1",
	} {
		if got := doc.Position(strings.Split(path, ".")...).String(); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if got := asJSON(t, doc.Root.At("jobs", "a")); got != `{"cpu":1,"memory":"2Gi","nested":{"x":[1,"ü","z"]},"slots":4}` {
		t.Error(got)
	}
	if got := doc.Root.At("jobs", "b").KeyPos.String(); got != "0.yaml:11:3" {
		t.Errorf("the key of an aliased value: %s", got)
	}
	if got := doc.Root.At("base").KeyPos.String(); got != "0.yaml:1:1" {
		t.Errorf("the key of an anchored value: %s", got)
	}
}

// TestMergeOfFiles compares with what Helm 3.22 makes of the same layers.
func TestMergeOfFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		layers []string
		want   string
	}{
		{"maps merge", []string{"a: {b: 1, c: 2}", "a: {c: 3, d: 4}"}, `{"a":{"b":1,"c":3,"d":4}}`},
		{"lists replace", []string{"a: [1, 2]", "a: [3]"}, `{"a":[3]}`},
		{"scalar over map", []string{"a: {b: 1}", "a: x"}, `{"a":"x"}`},
		{"map over scalar", []string{"a: x", "a: {b: 1}"}, `{"a":{"b":1}}`},
		{"null deletes and stays", []string{"a: {b: 1, c: 2}", "a: {b: ~}"}, `{"a":{"b":null,"c":2}}`},
		{"null, then a map", []string{"a: {b: 1}", "a: ~", "a: {c: 2}"}, `{"a":{"c":2}}`},
		{"empty map changes nothing", []string{"a: {b: 1}", "a: {}"}, `{"a":{"b":1}}`},
	} {
		if got := asJSON(t, tree(t, c.layers...).Root); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	doc := tree(t, "b: {x: 1}\na: 1\n", "\nc: 1\nb: {y: 2, x: 3}\n")
	if got := strings.Join(doc.Root.Keys(), ""); got != "bac" {
		t.Errorf("the order of keys: %s", got)
	}
	for path, want := range map[string]string{"b": "0.yaml:1:4", "b.x": "1.yaml:3:14", "b.y": "1.yaml:3:8", "a": "0.yaml:2:4"} {
		if got := doc.Position(strings.Split(path, ".")...).String(); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestManyKeys(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 500 {
		fmt.Fprintf(&text, "k%d: %d\n", i, i)
	}
	root := tree(t, text.String(), "k499: x\nk500: y\n").Root
	if root.Len() != 501 || root.Get("k499").Text != "x" || root.Get("k7").Text != "7" || root.Get("nope") != nil {
		t.Error(root.Len(), root.Get("k499"), root.Get("nope"))
	}
}

func TestWithoutNulls(t *testing.T) {
	t.Parallel()
	root := tree(t, "a: ~\nb: {c: ~, d: [~, {e: ~}]}\nf: {g: 1}\n").Root
	before := asJSON(t, root)
	if got := asJSON(t, root.WithoutNulls()); got != `{"b":{"d":[null,{}]},"f":{"g":1}}` {
		t.Error(got)
	}
	if asJSON(t, root) != before {
		t.Error("the tree was changed")
	}
	if root.WithoutNulls().Get("f") != root.Get("f") {
		t.Error("what has no nulls is not shared")
	}
}

func TestWithAndFilter(t *testing.T) {
	t.Parallel()
	root := tree(t, "a: 1\nb: 2\n").Root
	one := values.FromPlain("x", diag.Position{Flag: "--set"})
	for _, c := range []struct {
		got  *values.Node
		want string
	}{
		{root.With("a", one), `{"a":"x","b":2}`}, {root.With("c", one), `{"a":1,"b":2,"c":"x"}`},
		{root.With("a", nil), `{"b":2}`}, {root.With("z", nil), `{"a":1,"b":2}`},
		{root.Filter(func(k string) bool { return k == "b" }), `{"b":2}`},
		{(*values.Node)(nil).With("a", one), `{"a":"x"}`}, {values.Merge(nil, root), `{"a":1,"b":2}`},
		{values.Merge(root, nil), `{"a":1,"b":2}`}, {root, `{"a":1,"b":2}`},
	} {
		if got := asJSON(t, c.got); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestFromPlain(t *testing.T) {
	t.Parallel()
	in := map[string]any{"b": []any{"x", true, nil, int64(3), 2.0, 1.5, uint64(math.MaxUint64)}, "a": map[string]any{"n": json.Number("1e2")}}
	want := map[string]any{"b": []any{"x", true, nil, int64(3), int64(2), 1.5, uint64(math.MaxUint64)}, "a": map[string]any{"n": 100.0}}
	n := values.FromPlain(in, diag.Position{Flag: "--set-json"})
	if !reflect.DeepEqual(n.Plain(), want) {
		t.Errorf("got %#v", n.Plain())
	}
	if !slices.Equal(n.Keys(), []string{"a", "b"}) || n.At("b", "0").Pos.Flag != "--set-json" {
		t.Error(n.Keys(), n.At("b", "0").Pos)
	}
}

func TestPathString(t *testing.T) {
	t.Parallel()
	for want, path := range map[string][]string{
		"":                              nil,
		"jobs.orders-v2.args[0]":        {"jobs", "orders-v2", "args", "0"},
		`a.flinkConfiguration["s.b"].x`: {"a", "flinkConfiguration", "s.b", "x"},
		`["a.b"]`:                       {"a.b"},
		`a[""]["b c"]["d\"e"]`:          {"a", "", "b c", `d"e`},
		`nodes.karpenter/x`:             {"nodes", "karpenter/x"},
	} {
		if got := diag.PathString(path); got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"jobManager", "taskManager", "cpu", "memory", "team", "a", "upgradeMode", "flinkConfiguration", "flinkVersion"}
	for name, want := range map[string]string{
		"jobmanager": "jobManager", "job-manager": "jobManager", "TASK_MANAGER": "taskManager", "jobManger": "jobManager",
		"cpus": "cpu", "gpu": "cpu", "kms": "", "memroy": "memory", "tema": "team", "b": "", "ab": "", "upgrademod": "upgradeMode", "": "",
		"flinkConfig": "flinkConfiguration", "flink": "",
	} {
		if got := diag.Nearest(name, known); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
