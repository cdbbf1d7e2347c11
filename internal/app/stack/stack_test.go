package stack_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/app/stack"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/schemas"
)

const good = `# yaml-language-server: $schema=helm-flink.schema.json
stacks:
  prod:
    values: [base.yaml, envs/prod.yaml]
    overlays: [overlays/prod]
    context: prod-cluster
    ignore:
      FLK807: { reason: "costs $5" }
  dev:
    values:
    - base.yaml
    - /etc/dev.yaml
ignore:
  FLK038: { reason: managed node groups }
`

func load(t *testing.T, name, text string) (*stack.File, string) {
	t.Helper()
	f, findings, err := stack.Load(name, []byte(text), schemas.Project)
	if err != nil {
		t.Fatal(err)
	}
	if (f == nil) != findings.Has(diag.Error) {
		t.Errorf("file %v with findings %v", f, findings)
	}
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(f.String() + "\n")
	}
	return f, b.String()
}

func TestLoad(t *testing.T) {
	t.Parallel()
	got, findings := load(t, "../.helm-flink.yaml", good)
	at := func(line, column int) diag.Position {
		return diag.Position{File: "../.helm-flink.yaml", Line: line, Column: column}
	}
	want := &stack.File{
		Name: "../.helm-flink.yaml",
		Stacks: []stack.Stack{
			{
				Name: "prod", Values: []string{"../base.yaml", "../envs/prod.yaml"}, Overlays: []string{"../overlays/prod"}, Context: "prod-cluster",
				Ignores: []ignore.Ignore{{Code: "FLK807", Reason: "costs $5", At: "stacks.prod.ignore.FLK807", Pos: at(8, 7)}},
			},
			{Name: "dev", Values: []string{"../base.yaml", "/etc/dev.yaml"}},
		},
		Ignores: []ignore.Ignore{{Code: "FLK038", Reason: "managed node groups", Shared: true, At: "ignore.FLK038", Pos: at(14, 3)}},
	}
	if findings != "" || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v\n%s", got, want, findings)
	}
}

func TestLoadBroken(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":          "f:1:1: error FLK006: there are no values\n",
		"stacks: [": "f:1:1: error FLK001: ",
		"stacks:\n  prod: {values: [a], valeus: [a]}\n": "f:2:23: error FLK010 stacks.prod.valeus: unknown key \"valeus\"",
		"stacks:\n  prod:\n    values: a.yaml\n":        "f:3:13: error FLK011 stacks.prod.values: want a list",
		"stacks:\n  prod: {}\n":                         "f:2:3: error FLK012 stacks.prod.values: ",
		"stacks:\n  prod: {values: []}\n":               "f:2:18: error FLK015 stacks.prod.values: ",
		"stacks:\n  p/q: {values: [a]}\n":               "f:2:3: error FLK014 stacks.p/q: ",
		"stacks:\n  p: {values: [\"$ENV.yaml\"]}":       "f:2:16: error FLK018 stacks.p.values[0]: ",
		"stack: {}\n":                  "f:1:1: error FLK010 stack: unknown key \"stack\"",
		"ignore: {FLK807: {why: x}}\n": "f:1:19: error FLK010 ignore.FLK807.why: ",
		"\xff":                         "f:1:1: error FLK008: ",
	} {
		if _, got := load(t, "f", text); !strings.HasPrefix(got, want) {
			t.Errorf("%q: got %s", text, got)
		}
	}
	if _, _, err := stack.Load("f", nil, []byte("{")); err == nil {
		t.Error("a broken schema is no error")
	}
}

func TestStack(t *testing.T) {
	t.Parallel()
	f, _ := load(t, "f.yaml", good)
	if s, err := f.Stack("dev"); err != nil || s.Name != "dev" {
		t.Errorf("%+v, %v", s, err)
	}
	empty, _ := load(t, "f.yaml", "ignore: {}\n")
	for name, want := range map[string]string{
		"prdo":    `f.yaml has no stack "prdo"; did you mean "prod"?`,
		"staging": `f.yaml has no stack "staging"; there are prod, dev`,
		"":        `f.yaml has no stack ""; there are prod, dev`,
	} {
		if _, err := f.Stack(name); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := empty.Stack("prod"); err == nil || err.Error() != `f.yaml has no stacks, and none named "prod"` {
		t.Errorf("got %v", err)
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	f, _ := load(t, "../.helm-flink.yaml", good)
	resolve := func(name string) string { return filepath.Join("/repo/team", name) }
	for _, c := range []struct {
		files, stacks, alone []string
	}{
		{[]string{"../envs/prod.yaml"}, []string{"prod"}, nil},
		{[]string{"./../base.yaml", "../envs/prod.yaml"}, []string{"prod", "dev"}, nil},
		{[]string{"x.yaml", "../team/../envs/prod.yaml", "y.yaml"}, []string{"prod"}, []string{"x.yaml", "y.yaml"}},
		{[]string{"x.yaml"}, nil, []string{"x.yaml"}},
		{nil, nil, nil},
	} {
		stacks, alone := f.Group(c.files, resolve)
		var names []string
		for _, s := range stacks {
			names = append(names, s.Name)
		}
		if !slices.Equal(names, c.stacks) || !slices.Equal(alone, c.alone) {
			t.Errorf("%q: stacks %q, alone %q", c.files, names, alone)
		}
	}
	if stacks, alone := (*stack.File)(nil).Group([]string{"x"}, resolve); stacks != nil || !slices.Equal(alone, []string{"x"}) {
		t.Errorf("without a file: %v, %v", stacks, alone)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		there []string
		want  string
	}{
		{[]string{"/repo/.git", "/repo/.helm-flink.yaml"}, "../../.helm-flink.yaml"},
		{[]string{"/repo/.git", "/repo/.helm-flink.yaml", "/repo/a/b/.helm-flink.yaml"}, ".helm-flink.yaml"},
		{[]string{"/repo/.git", "/repo/.helm-flink.yaml", "/repo/a/.helm-flink.yaml"}, "../.helm-flink.yaml"},
		{[]string{"/repo/a/.git", "/repo/.helm-flink.yaml"}, ""},
		{[]string{"/repo/.helm-flink.yaml"}, ""},
		{[]string{"/repo/a/b/.helm-flink.yaml"}, ".helm-flink.yaml"},
		{nil, ""},
	} {
		exists := func(path string) bool { return slices.Contains(c.there, filepath.ToSlash(path)) }
		if got := stack.Find(filepath.FromSlash("/repo/a/b"), exists); filepath.ToSlash(got) != c.want {
			t.Errorf("%q: got %q, want %q", c.there, got, c.want)
		}
	}
}

// TestSchemaDescribesEveryKey asks for a description and an example of every
// property, and that objects are closed.
func TestSchemaDescribesEveryKey(t *testing.T) {
	t.Parallel()
	var root map[string]any
	if err := json.Unmarshal(schemas.Project, &root); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, node map[string]any)
	walk = func(path string, node map[string]any) {
		props, _ := node["properties"].(map[string]any)
		if props != nil && node["additionalProperties"] != false {
			t.Errorf("%s: open", path)
		}
		for key, member := range props {
			m, _ := member.(map[string]any)
			if m["description"] == nil || m["examples"] == nil {
				t.Errorf("%s.%s: no description or no example", path, key)
			}
			walk(path+"."+key, m)
		}
		defs, _ := node["$defs"].(map[string]any)
		for key, member := range defs {
			m, _ := member.(map[string]any)
			walk("$defs."+key, m)
		}
	}
	walk("", root)
}

// FuzzLoad: whatever the file holds, Load does not panic.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("stacks: {a: {values: [x], overlays: [~], ignore: {b: ~, c: {code: ~}}}, b: ~}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, _, err := stack.Load("f.yaml", data, schemas.Project)
		if err != nil {
			t.Fatal(err)
		}
		file.Group([]string{"a"}, func(name string) string { return name })
	})
}
