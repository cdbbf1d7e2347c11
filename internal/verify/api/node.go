package api

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// node is as much of a schema as it takes to find unknown fields, and to see
// that an object with nothing wrong in it has nothing wrong in it. That spares
// compiling the schema, and the server's own validator, wherever all is well.
type node struct {
	Type        string           `json:"type"`
	Properties  map[string]*node `json:"properties"`
	Items       *node            `json:"items"`
	Additional  *additional      `json:"additionalProperties"`
	Preserve    bool             `json:"x-kubernetes-preserve-unknown-fields"`
	IntOrString bool             `json:"x-kubernetes-int-or-string"`
	Embedded    bool             `json:"x-kubernetes-embedded-resource"`
	Enum        []any            `json:"enum"`
	Required    []string         `json:"required"`

	// What makes the server change the object or evaluate rules.
	Default present `json:"default"`
	Rules   present `json:"x-kubernetes-validations"`

	// What only the server's validator judges.
	AllOf   present `json:"allOf"`
	AnyOf   present `json:"anyOf"`
	OneOf   present `json:"oneOf"`
	Not     present `json:"not"`
	Pattern present `json:"pattern"`
	Format  present `json:"format"`
	Minimum present `json:"minimum"`
	Maximum present `json:"maximum"`
	Length  present `json:"minLength"`
	Length2 present `json:"maxLength"`
	Count   present `json:"minItems"`
	Count2  present `json:"maxItems"`
	Size    present `json:"minProperties"`
	Size2   present `json:"maxProperties"`
	Multi   present `json:"multipleOf"`
	Unique  present `json:"uniqueItems"`
	Null    present `json:"nullable"`
	List    string  `json:"x-kubernetes-list-type"`
}

// present notes that a key is there.
type present bool

// UnmarshalJSON implements json.Unmarshaler.
func (p *present) UnmarshalJSON([]byte) error { *p = true; return nil }

// additional is true, false or a schema.
type additional struct {
	schema  *node
	allowed bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *additional) UnmarshalJSON(text []byte) error {
	a.allowed = !bytes.Equal(text, []byte("false"))
	if !a.allowed || bytes.Equal(text, []byte("true")) {
		return nil
	}
	a.schema = &node{}
	return json.Unmarshal(text, a.schema)
}

// demanding reports whether some part of a schema has defaults, rules or
// embedded objects: then an object is never judged by its nodes alone.
func (n *node) demanding() bool {
	return n.any(func(n *node) bool { return bool(n.Default || n.Rules) || n.Embedded })
}

// unique reports whether some list of a schema is a set or a map.
func (n *node) unique() bool {
	return n.any(func(n *node) bool { return n.List != "" && n.List != "atomic" })
}

// any reports whether f is true of the node or of one below it.
func (n *node) any(f func(*node) bool) bool {
	if n == nil {
		return false
	}
	if f(n) {
		return true
	}
	for _, p := range n.Properties {
		if p.any(f) {
			return true
		}
	}
	return n.Items.any(f) || n.Additional != nil && n.Additional.schema.any(f)
}

// judgedElsewhere reports whether a value needs the server's validator.
func (n *node) judgedElsewhere() bool {
	for _, keyword := range [...]present{
		n.AllOf, n.OneOf, n.Not, n.Pattern, n.Format, n.Minimum, n.Maximum, n.Length, n.Length2, n.Count, n.Count2, n.Size, n.Size2,
		n.Multi, n.Unique, n.Null,
	} {
		if keyword {
			return true
		}
	}
	return bool(n.AnyOf) && !n.IntOrString || n.List != "" && n.List != "atomic"
}

// whole reports whether the nodes hold all that the schema says.
func (n *node) whole() bool {
	return !n.any(func(n *node) bool { return n.judgedElsewhere() || bool(n.Default || n.Rules) || n.Embedded })
}

// props is the schema that the nodes hold, which spares reading it again.
func (n *node) props() *apiextensions.JSONSchemaProps {
	if n == nil {
		return nil
	}
	out := &apiextensions.JSONSchemaProps{Type: n.Type, Required: n.Required, XIntOrString: n.IntOrString}
	if n.List != "" {
		out.XListType = &n.List
	}
	if n.Preserve {
		out.XPreserveUnknownFields = &n.Preserve
	}
	if n.IntOrString && bool(n.AnyOf) {
		out.AnyOf = []apiextensions.JSONSchemaProps{{Type: "integer"}, {Type: "string"}}
	}
	for _, value := range n.Enum {
		out.Enum = append(out.Enum, value)
	}
	if n.Properties != nil {
		out.Properties = make(map[string]apiextensions.JSONSchemaProps, len(n.Properties))
		for name, p := range n.Properties {
			out.Properties[name] = *p.props()
		}
	}
	if n.Items != nil {
		out.Items = &apiextensions.JSONSchemaPropsOrArray{Schema: n.Items.props()}
	}
	if n.Additional != nil {
		out.AdditionalProperties = &apiextensions.JSONSchemaPropsOrBool{
			Allows: n.Additional.allowed, Schema: n.Additional.schema.props(),
		}
	}
	return out
}

// takes reports whether a value is surely of the type and among the values that
// a schema allows.
func (n *node) takes(x any) bool {
	if n.judgedElsewhere() || !n.hasType(x) && (n.Type != "" || !n.Preserve) {
		return false
	}
	if n.Enum != nil {
		word, isText := x.(string)
		return isText && slices.Contains(n.Enum, any(word))
	}
	m, _ := x.(map[string]any)
	return !slices.ContainsFunc(n.Required, func(name string) bool { _, has := m[name]; return !has })
}

func (n *node) hasType(x any) bool {
	switch x.(type) {
	case string:
		return n.Type == "string" || n.IntOrString
	case int64:
		return n.Type == "integer" || n.Type == "number" || n.IntOrString
	case float64:
		return n.Type == "number"
	case bool:
		return n.Type == "boolean"
	case []any:
		return n.Type == "array"
	default:
		return n.Type == "object"
	}
}

// fieldWalk finds the fields that a schema does not have, as the server's
// pruning does, but takes nothing away (apiextensions-apiserver v0.37.2,
// pkg/apiserver/schema/pruning/algorithm.go).
type fieldWalk struct {
	*report
	path []string
	// nulls: there is a null, which the server may take away or fill in.
	nulls bool
	// doubt: something is not surely right.
	doubt bool
}

// object starts at the root, whose head every schema has.
func (w *fieldWalk) object(data map[string]any, root *node) {
	w.doubt = !root.takes(data)
	for key, value := range data {
		if !head(key) {
			w.path = append(w.path, key)
			w.field(value, key, root)
			w.path = w.path[:len(w.path)-1]
		}
	}
}

func head(key string) bool { return key == "apiVersion" || key == "kind" || key == "metadata" }

// value looks into a value; n is nil where the schema says nothing.
func (w *fieldWalk) value(x any, n *node) {
	if x == nil {
		w.nulls, w.doubt = true, true
		return
	}
	if n != nil && !n.takes(x) {
		w.doubt = true
	}
	switch x := x.(type) {
	case map[string]any:
		for key, value := range x {
			if n != nil && n.Embedded && head(key) {
				continue
			}
			w.path = append(w.path, key)
			w.field(value, key, n)
			w.path = w.path[:len(w.path)-1]
		}
	case []any:
		w.items(x, n)
	}
}

func (w *fieldWalk) items(list []any, n *node) {
	var items *node
	if n != nil {
		items = n.Items
	}
	if items == nil && n != nil && n.Preserve {
		return
	}
	for i, value := range list {
		w.path = append(w.path, strconv.Itoa(i))
		w.value(value, items)
		w.path = w.path[:len(w.path)-1]
	}
}

// field looks at the value of one key of a map.
func (w *fieldWalk) field(value any, key string, n *node) {
	if n == nil {
		w.unknownField(slices.Clone(w.path), nil)
		return
	}
	if property, ok := n.Properties[key]; ok {
		w.value(value, property)
		return
	}
	switch {
	case n.Additional != nil:
		w.value(value, n.Additional.schema)
	case !n.Preserve:
		w.unknownField(slices.Clone(w.path), slices.Collect(maps.Keys(n.Properties)))
	}
}

func (r *report) unknownField(path []string, known []string) {
	key := path[len(path)-1]
	hint := r.movedHint(path)
	if hint == "" {
		hint = didYouMean(key, known)
	}
	if hint == "" {
		hint = "take it away, or move it to where it belongs"
	}
	r.add(diag.CodeAPIUnknown, path, dotted(path)+": unknown field "+strconv.Quote(key), hint)
}
