package stream

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Objects parses a document: the objects in it (a List is taken apart), with
// their origin, and what is wrong with its text. With a finding of severity
// error there may be fewer objects, never half of one. An object without a name
// is there, one without apiVersion or kind is not.
func (d Document) Objects() (manifest.Set, diag.List) {
	findings, ok := d.checkText()
	if !ok {
		return nil, findings
	}
	top, err := d.parse()
	if err != nil {
		return nil, append(findings, d.syntaxError(err)...)
	}
	if top == nil {
		return nil, findings
	}
	c := converter{doc: &d}
	data := c.value(top, 1)
	findings = append(findings, c.findings...)
	if c.broken || data == nil {
		return nil, findings
	}
	source, err := d.source()
	if err != nil {
		return nil, append(findings, d.syntaxError(err)...)
	}
	r := reader{doc: &d, source: source}
	r.read(data, top, nil)
	return r.set, append(findings, r.findings...)
}

// reader takes the data of a document apart into objects.
type reader struct {
	doc      *Document
	source   *source
	set      manifest.Set
	findings diag.List
}

// read adds the object, or the objects of a List, that stand at a path.
func (r *reader) read(data any, n *yaml.Node, path []string) {
	n = target(n)
	object, ok := data.(map[string]any)
	if !ok {
		r.report(diag.CodeManifestShape, n, path, "want an object, got "+describe(data), "write apiVersion, kind, metadata and spec")
		return
	}
	version, kind := text(object["apiVersion"]), text(object["kind"])
	items, isList := object["items"].([]any)
	if isList && strings.HasSuffix(kind, "List") && version != "" {
		kind = strings.TrimSuffix(kind, "List")
		if kind == "Resource" { // a ResourceList is of any kinds, like a List (docs/functions.md)
			kind = ""
		}
		r.list(items, n, path, version, kind)
		return
	}
	if !r.identity(object, n, path) {
		return
	}
	source := r.source // alone: r holds the content of all objects
	r.set = append(r.set, manifest.Object{Data: object, Origin: manifest.Origin{
		Pos:    r.pos(n, "kind"),
		Locate: func(field []string) (string, diag.Position) { return source.locate(path, field) },
	}})
}

// list takes a List apart. As in kubectl, the items of a typed list need no
// apiVersion and kind of their own (k8s.io/apimachinery 0.37,
// unstructuredJSONScheme.decodeToList).
func (r *reader) list(items []any, n *yaml.Node, path []string, version, kind string) {
	_, list := member(n, "items")
	list = target(list)
	for i, item := range items {
		object, ok := item.(map[string]any)
		if ok && kind != "" && text(object["kind"]) == "" && text(object["apiVersion"]) == "" {
			object["kind"], object["apiVersion"] = kind, version
		}
		at := n
		if list != nil && i < len(list.Content) {
			at = list.Content[i]
		}
		r.read(item, at, append(slices.Clip(path), "items", strconv.Itoa(i)))
	}
}

// identity reports what an object lacks to be one. It returns false if the
// object cannot be judged at all.
func (r *reader) identity(object map[string]any, n *yaml.Node, path []string) bool {
	known := true
	for _, key := range []string{"apiVersion", "kind"} {
		if value := object[key]; text(value) == "" {
			known = false
			r.reportAt(diag.CodeManifestIdentity, r.pos(n, key), append(slices.Clip(path), key),
				absent("the object", key, value), "every object has apiVersion, kind and metadata.name")
		}
	}
	if !known {
		return false
	}
	kind := text(object["kind"])
	if kind == "List" {
		r.report(diag.CodeManifestShape, n, path, "the List has no list of items", "write items, each an object")
		return false
	}
	switch meta := object["metadata"].(type) {
	case nil:
		r.reportAt(diag.CodeManifestIdentity, r.pos(n, "kind"), append(slices.Clip(path), "metadata"),
			"the "+kind+" has no metadata.name", "every object has apiVersion, kind and metadata.name")
	case map[string]any:
		if text(meta["name"]) == "" && text(meta["generateName"]) == "" {
			r.reportAt(diag.CodeManifestIdentity, r.pos(n, "metadata", "name"), append(slices.Clip(path), "metadata", "name"),
				absent("the "+kind, "metadata.name", meta["name"]), "write the name of the object")
		}
	default:
		r.reportAt(diag.CodeManifestShape, r.pos(n, "metadata"), append(slices.Clip(path), "metadata"),
			"want a mapping under metadata, got "+describe(meta), "write metadata: {name: …}")
		return false
	}
	return true
}

func absent(what, key string, value any) string {
	switch value {
	case nil, "":
		return fmt.Sprintf("%s has no %s", what, key)
	default:
		return fmt.Sprintf("want text for %s, got %s", key, describe(value))
	}
}

func (r *reader) report(code diag.Code, n *yaml.Node, path []string, message, hint string) {
	r.reportAt(code, r.doc.at(n.Line, n.Column), path, message, hint)
}

func (r *reader) reportAt(code diag.Code, pos diag.Position, path []string, message, hint string) {
	if len(r.findings) < maxFindings {
		f := fail(code, pos, message, hint)
		f.Path = diag.PathString(path)
		r.findings = append(r.findings, f)
	}
}

// pos is the place of the key at a path below n, or of the last key on the way.
func (r *reader) pos(n *yaml.Node, path ...string) diag.Position {
	pos := r.doc.at(n.Line, n.Column)
	for _, name := range path {
		key, value := member(n, name)
		if key == nil {
			break
		}
		pos, n = r.doc.at(key.Line, key.Column), target(value)
	}
	return pos
}

// member returns the last key of a name in a mapping, with its value.
func member(n *yaml.Node, name string) (key, value *yaml.Node) {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		if k := target(n.Content[i]); k.Kind == yaml.ScalarNode && k.Value == name {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

// target follows an alias.
func target(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// describe names a value for messages.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	case string:
		if r := []rune(v); len(r) > 40 {
			return fmt.Sprintf("the text %q", string(r[:40])+"…")
		}
		return fmt.Sprintf("the text %q", v)
	case bool:
		return strconv.FormatBool(v)
	default:
		return fmt.Sprintf("the number %v", v)
	}
}
