package chart_test

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
)

// unstable are template functions whose result differs from run to run or
// from machine to machine (sprig v3.3.0, functions.go; Helm's lookup).
func unstable(name string) bool {
	switch name {
	case "now", "ago", "htmlDate", "uuidv4", "shuffle", "lookup", "getHostByName", "env", "expandenv",
		"bcrypt", "htpasswd", "encryptAES", "values":
		return true
	}
	return strings.HasPrefix(name, "rand") || strings.HasPrefix(name, "gen")
}

// offences lists what makes a template's output change without its input:
// unstable functions, keys that are not sorted, the chart's or Helm's version.
func offences(name, text string) ([]string, error) {
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := tree.Parse(text, "", "", trees); err != nil {
		return nil, err
	}
	var out []string
	for _, t := range trees {
		if t.Root != nil {
			out = append(out, walk(t.Root, nil)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// walk visits a node; pipes are the pipelines around it, from outside in.
func walk(n parse.Node, pipes []string) []string {
	var out []string
	each := func(nodes ...parse.Node) {
		for _, c := range nodes {
			out = append(out, walk(c, pipes)...)
		}
	}
	branch := func(b *parse.BranchNode) {
		each(b.Pipe, b.List)
		if b.ElseList != nil {
			each(b.ElseList)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		each(n.Nodes...)
	case *parse.ActionNode:
		each(n.Pipe)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			each(n.Pipe)
		}
	case *parse.PipeNode:
		pipes = append(slices.Clone(pipes), n.String())
		for _, c := range n.Cmds {
			each(c)
		}
	case *parse.CommandNode:
		each(n.Args...)
	case *parse.ChainNode:
		each(n.Node)
	case *parse.IdentifierNode:
		sorted := slices.ContainsFunc(pipes, func(p string) bool { return strings.Contains(p, "sortAlpha") })
		if unstable(n.Ident) || n.Ident == "keys" && !sorted {
			out = append(out, n.Ident)
		}
	case *parse.FieldNode:
		out = append(out, versionField(n.Ident)...)
	case *parse.VariableNode:
		out = append(out, versionField(n.Ident)...)
	}
	return out
}

func versionField(ident []string) []string {
	s := strings.Join(ident, ".")
	for _, f := range []string{"Chart.Version", "Capabilities.HelmVersion", "Release.Time"} {
		if s == f || s == "$."+f || strings.HasPrefix(s, f+".") || strings.HasPrefix(s, "$."+f+".") {
			return []string{"." + f}
		}
	}
	return nil
}

func TestOffences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want string
	}{
		{"{{ .Values.now }} now {{/* now */}}{{ \"now\" }}", ""},
		{"{{ now | date \"2006\" }}", "now"},
		{"{{ if eq (randAlphaNum 5) \"\" }}{{ end }}", "randAlphaNum"},
		{"{{ $ca := genCA \"x\" 1 }}", "genCA"},
		{"{{ define \"x\" }}{{ with lookup \"\" \"\" \"\" \"\" }}{{ uuidv4 }}{{ end }}{{ end }}", "lookup uuidv4"},
		{"{{ range keys .Values | sortAlpha }}{{ end }}{{ range (sortAlpha (keys .Values)) }}{{ end }}", ""},
		{"{{ range keys .Values }}{{ end }}", "keys"},
		{"{{ .Chart.Version }}{{ $.Chart.Version }}{{ .Chart.AppVersion }}", ".Chart.Version"},
		{"{{ .Capabilities.HelmVersion.Version }}", ".Capabilities.HelmVersion"},
	}
	for _, tt := range tests {
		got, err := offences("x", tt.text)
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q (error %v), want %q", tt.text, got, err, tt.want)
		}
	}
}

// TestOurCharts reads every template of every bundled chart.
func TestOurCharts(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../../charts")
	seen := 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(name, "/templates/") || path.Base(name) == "NOTES.txt" {
			return err
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		seen++
		bad, err := offences(name, string(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(bad) > 0 {
			t.Errorf("charts/%s uses %s: its output would change without its input", name, strings.Join(bad, ", "))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Skip("charts/ holds no templates")
	}
}
