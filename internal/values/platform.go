package values

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// The keys that the spec of a FlinkPlatform has beside values.
const (
	filesKey = "valuesFiles"
	// IncludeKey lists the components that `helm-flink fn` renders.
	IncludeKey = "include"
)

// platformKeys takes what is no value out of the spec of a FlinkPlatform: the names
// of its values files, which lie below the values that stand beside them.
func platformKeys(spec *Node) (values *Node, files []*Node, findings diag.List) {
	include := spec.Get(IncludeKey)
	findings = append(findings, words(include, IncludeKey)...)
	for _, item := range include.Items() {
		if item.Kind == String && !slices.Contains(manifest.Components(), manifest.Component(item.Text)) {
			findings = append(findings, badPlatform(item, IncludeKey, fmt.Sprintf("there is no component %q", item.Text),
				fmt.Sprintf("want some of %q", manifest.Components())))
		}
	}
	named := spec.Get(filesKey)
	findings = append(findings, words(named, filesKey)...)
	if include == nil && named == nil {
		return spec, nil, nil
	}
	files = slices.DeleteFunc(named.Items(), func(n *Node) bool { return n.Kind != String || n.Text == "" })
	var keys []string
	var nodes []*Node
	for i, key := range spec.keys {
		if key != filesKey && key != IncludeKey {
			keys, nodes = append(keys, key), append(nodes, spec.nodes[i])
		}
	}
	return newMap(spec.Pos, spec.KeyPos, keys, nodes), files, findings
}

// words asks for a list of texts.
func words(n *Node, key string) diag.List {
	if n == nil {
		return nil
	}
	if n.Kind != List {
		return diag.List{badPlatform(n, key, "want a list, got "+n.shown(true, true), "write "+key+": [first, second]")}
	}
	var findings diag.List
	for _, item := range n.nodes {
		if item.Kind != String || item.Text == "" {
			findings = append(findings, badPlatform(item, key, "want text, got "+item.shown(true, true), ""))
		}
	}
	return findings
}

func badPlatform(n *Node, path, message, hint string) diag.Finding {
	f := fail(diag.CodeFunctionConfig, n.Where(), message, hint)
	f.Path = path
	return f
}

// read parses a source: its values, and before them those of the files that it names
// as a FlinkPlatform. whole says that all of them are there.
func (in Input) read(src Source, schema *Schema) (nodes []*Node, whole bool, findings diag.List) {
	n, files, findings := read(src, schema)
	nodes, found := in.layers(src.Name, files, schema)
	findings = append(findings, found...)
	whole = n != nil && len(nodes) == len(files) && !slices.ContainsFunc(findings, isPartial)
	if n != nil && (len(files) == 0 || n.Len() > 0) {
		nodes = append(nodes, n)
	}
	return nodes, whole, findings
}

// layers reads the values files that a FlinkPlatform names, seen from the folder of
// its own file. One of them cannot name further files.
func (in Input) layers(of string, names []*Node, schema *Schema) (layers []*Node, findings diag.List) {
	for _, name := range names {
		path := name.Text
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(of), path)
		}
		if in.ReadFile == nil {
			findings = append(findings, badPlatform(name, filesKey, "files cannot be read here", ""))
			continue
		}
		data, err := in.ReadFile(path)
		if err != nil {
			findings = append(findings, badPlatform(name, filesKey, err.Error(),
				"the path is seen from the folder of the "+PlatformKind+"'s file"))
			continue
		}
		layer, files, found := read(Source{Name: path, Data: data}, schema)
		if findings = append(findings, found...); len(files) > 0 {
			findings = append(findings, badPlatform(files[0], filesKey, "a values file cannot name further values files",
				"name all of them in the first "+PlatformKind))
		}
		if layer != nil {
			layers = append(layers, layer)
		}
	}
	return layers, findings
}
