package spec_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/schemas"
)

// TestSchemaAndTypesAgree walks the types and the schema side by side: the same
// keys, kinds and defaults at every place.
func TestSchemaAndTypesAgree(t *testing.T) {
	t.Parallel()
	root := loadSchema(t)
	w := &walker{t: t, root: root}
	w.object("", root, reflect.TypeFor[spec.Platform]())
	if w.keys < 150 {
		t.Errorf("only %d keys were compared: the walk is broken", w.keys)
	}
}

// TestSchemaDescribesEveryKey asks for a description and an example everywhere,
// and that objects are closed.
func TestSchemaDescribesEveryKey(t *testing.T) {
	t.Parallel()
	w := &walker{t: t, root: loadSchema(t)}
	w.documented("", w.root, map[string]bool{})
}

func loadSchema(t *testing.T) map[string]any {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(schemas.Values, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

type walker struct {
	t    *testing.T
	root map[string]any
	keys int
}

// resolve follows $ref and lays the keys beside it over its target.
func (w *walker) resolve(node map[string]any) map[string]any {
	ref, ok := node["$ref"].(string)
	if !ok {
		return node
	}
	defs, _ := w.root["$defs"].(map[string]any)
	target, ok := defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	if !ok {
		w.t.Fatalf("%s: no such definition", ref)
	}
	out := map[string]any{}
	maps.Copy(out, w.resolve(target))
	for k, v := range node {
		if k != "$ref" {
			out[k] = v
		}
	}
	return out
}

func (w *walker) object(path string, node map[string]any, typ reflect.Type) {
	fields := map[string]reflect.StructField{}
	collect(typ, fields)
	props, _ := node["properties"].(map[string]any)
	for key := range props {
		if _, ok := fields[key]; !ok {
			w.t.Errorf("%s.%s: in the schema, not in %s", path, key, typ)
		}
	}
	for key, field := range fields {
		prop, ok := props[key].(map[string]any)
		if !ok {
			w.t.Errorf("%s.%s: in %s, not in the schema", path, key, typ)
			continue
		}
		w.keys++
		w.property(path+"."+key, w.resolve(prop), field)
	}
}

func collect(typ reflect.Type, into map[string]reflect.StructField) {
	for f := range typ.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			collect(f.Type, into)
		case name != "-" && name != "":
			into[name] = f
		}
	}
}

func (w *walker) property(path string, node map[string]any, f reflect.StructField) {
	typ := f.Type
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	w.sameDefault(path, node, f.Tag.Get("default"))
	if reflect.PointerTo(typ).NumMethod() == 0 && typ.Kind() == reflect.Struct && node["properties"] == nil {
		// A union with a decoder of its own: nothing to walk.
		return
	}
	switch typ.Kind() {
	case reflect.Struct:
		if node["properties"] != nil && isPlain(typ) {
			w.object(path, node, typ)
		}
	case reflect.Map:
		item, _ := node["additionalProperties"].(map[string]any)
		if item != nil {
			elem := typ.Elem()
			for elem.Kind() == reflect.Pointer {
				elem = elem.Elem()
			}
			if item = w.resolve(item); elem.Kind() == reflect.Struct && item["properties"] != nil && isPlain(elem) {
				w.object(path+".*", item, elem)
			}
		}
		w.kind(path, node, "object")
	case reflect.Slice:
		w.kind(path, node, "array")
	case reflect.Bool:
		w.kind(path, node, "boolean")
	case reflect.Int, reflect.Int64:
		w.kind(path, node, "integer")
	case reflect.Float64:
		w.kind(path, node, "number")
	case reflect.String:
		w.kind(path, node, "string")
	default:
		w.t.Errorf("%s: kind %s", path, typ.Kind())
	}
}

// isPlain reports whether a struct is decoded key by key: its fields carry json
// tags.
func isPlain(typ reflect.Type) bool {
	fields := map[string]reflect.StructField{}
	collect(typ, fields)
	return len(fields) > 0
}

func (w *walker) kind(path string, node map[string]any, want string) {
	switch got := node["type"].(type) {
	case string:
		if got != want {
			w.t.Errorf("%s: schema says %s, the type %s", path, got, want)
		}
	case []any:
		if !slices.Contains(got, any(want)) {
			w.t.Errorf("%s: schema says %v, the type %s", path, got, want)
		}
	default:
		w.t.Errorf("%s: schema has no type, want %s", path, want)
	}
}

func (w *walker) sameDefault(path string, node map[string]any, tag string) {
	got := ""
	switch d := node["default"].(type) {
	case nil:
	case []any:
		var parts []string
		for _, p := range d {
			parts = append(parts, fmt.Sprint(p))
		}
		got = strings.Join(parts, ",")
	case bool:
		if d { // false is what an absent key gives
			got = "true"
		}
	default:
		got = fmt.Sprint(d)
	}
	if got != tag {
		w.t.Errorf("%s: default %q in the schema, %q in the type", path, got, tag)
	}
}

func (w *walker) documented(path string, node map[string]any, seen map[string]bool) {
	if ref, ok := node["$ref"].(string); ok {
		if seen[ref] {
			return
		}
		seen[ref] = true
	}
	node = w.resolve(node)
	if path != "" && node["description"] == nil {
		w.t.Errorf("%s: no description", path)
	}
	props, _ := node["properties"].(map[string]any)
	if path != "" && node["examples"] == nil {
		w.t.Errorf("%s: no example", path)
	}
	if props != nil && node["additionalProperties"] == nil {
		if required, _ := node["required"].([]any); !slices.Contains(required, any("mountPath")) { // a volume holds any source
			w.t.Errorf("%s: open object", path)
		}
	}
	for key, prop := range props {
		w.documented(path+"."+key, prop.(map[string]any), seen)
	}
	if item, ok := node["additionalProperties"].(map[string]any); ok && (item["properties"] != nil || item["$ref"] != nil) {
		w.documented(path+".*", item, seen)
	}
}
