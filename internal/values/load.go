package values

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// APIVersion and PlatformKind mark a document that has its values under `spec`,
// as Kustomize hands them over.
const (
	APIVersion   = "helm-flink.dev/v1"
	PlatformKind = "FlinkPlatform"
)

// Source is a values file.
type Source struct {
	// Name is how the user knows it: the path as given, "(stdin)".
	Name string
	Data []byte
}

// Set is one --set argument.
type Set struct {
	// Flag is "--set", "--set-string", "--set-json" or "--set-file".
	Flag string
	// Value is what the user wrote: a.b=c,d[0]=e.
	Value string
}

// Input is everything that the values are made of.
type Input struct {
	// Files in order: a later one goes over an earlier one.
	Files []Source
	// Sets go over the files, in Helm's order of flags: JSON, plain, string,
	// file; those of one flag in the order given.
	Sets []Set
	// ReadFile reads the files that --set-file names. It may be nil if there is
	// no such flag.
	ReadFile func(name string) ([]byte, error)
}

// Load reads, merges and checks values. The document is there, as far as the
// input can be read, whatever the findings say; with a finding of severity
// error it is not to be used. A nil schema checks nothing. An error means that
// a file named by --set-file cannot be read, or that a flag is unknown.
func Load(in Input, schema *Schema) (*Document, diag.List, error) {
	root := newMap(diag.Position{}, diag.Position{}, nil, nil)
	var findings diag.List
	whole, some := true, false // are all parts of the input in the tree, is any
	for i, src := range in.Files {
		nodes, complete, found := in.read(src, schema)
		findings = append(findings, found...)
		whole = whole && complete
		for j, n := range nodes {
			if some = true; i+j == 0 {
				root = n
			} else {
				root = Merge(root, n)
			}
		}
	}
	if root.Pos.IsZero() {
		root = newMap(firstPosition(in), diag.Position{}, root.keys, root.nodes)
	}
	root, found, err := applySets(root, in)
	if err != nil {
		return nil, nil, err
	}
	findings = append(findings, found...)
	if schema != nil && (whole || some) {
		more, err := schema.check(root, whole && len(found) == 0)
		if err != nil {
			return nil, nil, err
		}
		findings = append(findings, more...)
	}
	return &Document{Root: root}, findings.Sorted(), nil
}

// isPartial reports whether a part of a file is not in the tree.
func isPartial(f diag.Finding) bool {
	return f.Code == diag.CodeYAMLSyntax || f.Code == diag.CodeSecondDocument || f.Code == diag.CodeFunctionConfig
}

// firstPosition is the place of values that no file gives.
func firstPosition(in Input) diag.Position {
	switch {
	case len(in.Files) > 0:
		return diag.Position{File: in.Files[0].Name}
	case len(in.Sets) > 0:
		return diag.Position{Flag: in.Sets[0].Flag}
	default:
		return diag.Position{}
	}
}

// read parses one source. It returns nil if no values are in it, and the names of the
// values files below it, which a FlinkPlatform may have.
func read(src Source, schema *Schema) (values *Node, files []*Node, findings diag.List) {
	data, findings, ok := checkText(src)
	if !ok {
		return nil, nil, findings
	}
	docs, err := documents(data)
	if err != nil {
		return nil, nil, append(findings, syntaxError(src.Name, data, err)...)
	}
	if len(docs) == 0 || docs[0].Content[0].ShortTag() == "!!null" {
		return nil, nil, append(findings, fail(diag.CodeEmpty, diag.Position{File: src.Name, Line: 1, Column: 1},
			"there are no values", "the file is empty or holds comments alone"))
	}
	b := newBuilder(src.Name)
	top := b.build(docs[0].Content[0], 1).node
	if b.full {
		return nil, nil, append(findings, b.findings...)
	}
	if top.Kind != Map {
		return nil, nil, append(findings, fail(diag.CodeNotMapping, top.Pos,
			"want a mapping at the top level, got "+top.shown(true, true), "write keys with their values: platform: …"))
	}
	values, files, isValues, found := unwrap(top)
	if !isValues {
		return nil, nil, append(findings, found...)
	}
	if values != top {
		for i := range b.findings {
			b.findings[i].Path = strings.TrimPrefix(strings.TrimPrefix(b.findings[i].Path, "spec"), ".")
		}
	}
	findings = append(append(findings, b.findings...), found...)
	if len(docs) > 1 {
		line := secondDocument(data, docs[1].Content[0].Line)
		findings = append(findings, fail(diag.CodeSecondDocument, diag.Position{File: src.Name, Line: line, Column: 1},
			"a second YAML document starts here", "give each document as a file of its own: -f one.yaml -f two.yaml"))
	}
	if values == nil {
		return nil, files, findings
	}
	if f, other := schema.otherTool(values); other && values == top && !slices.ContainsFunc(findings, isPartial) {
		return nil, nil, append(findings, f)
	}
	return values, files, findings
}

// secondDocument returns the line of the last "---" at or above a line.
func secondDocument(data []byte, line int) int {
	lines := strings.SplitN(string(data), "\n", line+1)
	for i := min(line, len(lines)); i > 1; i-- {
		if strings.HasPrefix(lines[i-1], "---") {
			return i
		}
	}
	return line
}

// unwrap takes the values out of a FlinkPlatform, and the names of its values
// files. isValues is false if the document is a manifest of another kind. The
// values are nil if they are not a mapping.
func unwrap(top *Node) (values *Node, files []*Node, isValues bool, findings diag.List) {
	version, kind := top.Get("apiVersion"), top.Get("kind")
	if version == nil || kind == nil || version.Kind >= List || kind.Kind >= List {
		return top, nil, true, nil
	}
	if kind.Text != PlatformKind {
		what := kind.Text
		if name := top.At("metadata", "name"); name != nil && name.Text != "" {
			what += " " + name.Text
		}
		return nil, nil, false, diag.List{fail(diag.CodeManifest, kind.Pos,
			fmt.Sprintf("this is a Kubernetes manifest (%s), not values", what),
			"a values file has no apiVersion and kind; a "+PlatformKind+" of "+APIVersion+" has them under spec")}
	}
	if version.Text != APIVersion {
		findings = append(findings, fail(diag.CodeNotAllowed, version.Pos,
			fmt.Sprintf("want %s, got %q", APIVersion, version.Text), "write apiVersion: "+APIVersion))
	}
	for _, key := range top.keys {
		if !slices.Contains([]string{"apiVersion", "kind", "metadata", "spec", "status"}, key) {
			findings = append(findings, fail(diag.CodeUnknownKey, top.Get(key).KeyPos,
				fmt.Sprintf("a %s has no key %q", PlatformKind, key), "values belong under spec"))
		}
	}
	switch spec := top.Get("spec"); {
	case spec == nil:
		return nil, nil, true, append(findings, fail(diag.CodeMissingKey, kind.Pos,
			fmt.Sprintf("the %s has no spec", PlatformKind), "put the values under spec"))
	case spec.Kind != Map:
		return nil, nil, true, append(findings, fail(diag.CodeNotMapping, spec.Where(),
			"want a mapping under spec, got "+spec.shown(true, true), ""))
	default:
		values, files, found := platformKeys(spec)
		return values, files, true, append(findings, found...)
	}
}
