package overlay

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
	k8syaml "sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// source is YAML that an overlay reads: a file, or text within a kustomization.
type source struct {
	docs []*yaml.Node
	// place gives the position of a node in the user's files.
	place func(n *yaml.Node) diag.Position
}

// at is the position of a field: of its value where that is a scalar, else of
// its key.
func (s source) at(key, value *yaml.Node) diag.Position {
	if key == nil || value.Kind == yaml.ScalarNode && value.Line > 0 {
		return s.place(value)
	}
	return s.place(key)
}

// read gives a file that the kustomization names, as the user would name it.
// What cannot be read has no documents: Kustomize has said so.
func (f *file) read(path string) source {
	shown := filepath.Join(filepath.Dir(f.shown), path)
	text, err := readFile(filepath.Join(f.dir, path))
	if err != nil {
		return source{}
	}
	return source{docs: nodes(text), place: func(n *yaml.Node) diag.Position {
		return diag.Position{File: shown, Line: n.Line, Column: n.Column}
	}}
}

// inline gives the text that a scalar of the kustomization holds. Within a literal
// block and within one line places are exact; else they are that of the scalar.
func (f *file) inline(scalar *yaml.Node) source {
	line, column, exact := scalar.Line-1, scalar.Column-1, !strings.Contains(scalar.Value, "\n")
	switch {
	case scalar.Style&yaml.LiteralStyle != 0:
		line, column, exact = scalar.Line, f.indent(scalar), true
	case scalar.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		column++
	case scalar.Style&yaml.FoldedStyle != 0:
		exact = false
	}
	return source{docs: nodes([]byte(scalar.Value)), place: func(n *yaml.Node) diag.Position {
		if !exact {
			return f.place(scalar)
		}
		return diag.Position{File: f.shown, Line: line + n.Line, Column: column + n.Column}
	}}
}

// indent counts the columns before the text of a literal block.
func (f *file) indent(scalar *yaml.Node) int {
	inner := strings.Split(scalar.Value, "\n")
	outer := strings.Split(string(f.text), "\n")
	for i, line := range inner {
		if strings.TrimSpace(line) != "" && scalar.Line+i < len(outer) {
			return max(0, len(strings.TrimRight(outer[scalar.Line+i], "\r"))-len(strings.TrimRight(line, "\r")))
		}
	}
	return 0
}

// own is the kustomization itself.
func (f *file) own() source { return source{place: f.place} }

func (f *file) place(n *yaml.Node) diag.Position {
	if n == nil || n.Line == 0 {
		return diag.Position{File: f.shown, Line: 1, Column: 1}
	}
	return diag.Position{File: f.shown, Line: n.Line, Column: n.Column}
}

// nodes parses documents as far as they are YAML.
func nodes(text []byte) []*yaml.Node {
	var out []*yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var n yaml.Node
		if err := dec.Decode(&n); err != nil {
			if !errors.Is(err, io.EOF) {
				return nil
			}
			return out
		}
		if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
			out = append(out, n.Content[0])
		}
	}
}

// entry gives the key and value under a key of a map; nil where there is none.
// An alias stands for what it names.
func entry(n *yaml.Node, key string) (k, v *yaml.Node) {
	if n = plainNode(n); n == nil || n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], plainNode(n.Content[i+1])
		}
	}
	return nil, nil
}

func value(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		_, n = entry(n, key)
	}
	return n
}

// items are the items of a list; none for what is no list.
func items(n *yaml.Node) []*yaml.Node {
	if n = plainNode(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

func plainNode(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// text is a scalar's text, "" for others.
func text(n *yaml.Node) string {
	if n = plainNode(n); n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// decode reads a node as Kustomize reads it.
func decode[T any](n *yaml.Node) (out T) {
	if n == nil {
		return out
	}
	if doc, err := yaml.Marshal(n); err == nil {
		_ = k8syaml.Unmarshal(doc, &out) // Kustomize has taken it
	}
	return out
}
