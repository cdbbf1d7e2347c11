package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

// mended decodes an object in which values stand that have another type than
// their fields, as what was clearly meant: a number where text belongs as its
// text, text that says a number, an amount or a boolean as that, and one text
// where a list of texts belongs as its only item. So one such mistake, which the
// check of the API says, does not keep the rules from the rest of the object,
// and no rule misses a field that is there. ok is false if a value says nothing
// that its field could hold: nothing is left out, since a rule might ask for it.
// The object is not changed.
func mended[T any](data map[string]any) (out *T, ok bool) {
	out = new(T)
	meant, ok := mend(data, reflect.TypeFor[T]())
	if !ok {
		return nil, false
	}
	m, ok := meant.(map[string]any)
	return out, ok && runtime.DefaultUnstructuredConverter.FromUnstructured(m, out) == nil
}

// mend gives a value that a type can hold.
func mend(x any, t reflect.Type) (any, bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if x == nil || decodes(x, t) {
		return x, true
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil, false
	}
	switch t.Kind() {
	case reflect.Struct:
		fields := jsonFields(t)
		return mendMap(x, func(key string) reflect.Type { return fields[key] })
	case reflect.Map:
		return mendMap(x, func(string) reflect.Type { return t.Elem() })
	case reflect.Slice:
		return mendList(x, t.Elem())
	default:
		return mendScalar(x, t)
	}
}

// decodes reports whether a type can hold a value as it is.
func decodes(x any, t reflect.Type) bool {
	holder := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "V", Type: t, Tag: `json:"v"`}}))
	return runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{"v": x}, holder.Interface()) == nil
}

// mendMap mends the values of a map; those without a type are kept.
func mendMap(x any, of func(key string) reflect.Type) (any, bool) {
	m, ok := x.(map[string]any)
	if !ok {
		return nil, false
	}
	out := maps.Clone(m)
	for key, value := range m {
		t := of(key)
		if t == nil {
			continue
		}
		if out[key], ok = mend(value, t); !ok {
			return nil, false
		}
	}
	return out, true
}

func mendList(x any, items reflect.Type) (any, bool) {
	list, ok := x.([]any)
	if !ok {
		if items.Kind() != reflect.String {
			return nil, false
		}
		list = []any{x}
	}
	out := make([]any, len(list))
	for i, item := range list {
		if out[i], ok = mend(item, items); !ok {
			return nil, false
		}
	}
	return out, true
}

func mendScalar(x any, t reflect.Type) (any, bool) {
	var out any
	text, isText := x.(string)
	switch kind := t.Kind(); {
	case kind == reflect.String:
		switch x := x.(type) {
		case bool, int64, int:
			out = fmt.Sprint(x)
		case float64:
			out = strconv.FormatFloat(x, 'g', -1, 64)
		}
	case !isText:
	case kind == reflect.Bool:
		if b, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(text))); err == nil {
			out = b
		}
	case kind >= reflect.Int && kind <= reflect.Int64:
		if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil && !reflect.Zero(t).OverflowInt(n) {
			out = n
		}
	case kind == reflect.Float32 || kind == reflect.Float64:
		if q, err := quantity.Parse(strings.TrimSpace(text)); err == nil { // 500m: half a CPU
			out = q.AsApproximateFloat64()
		}
	}
	return out, out != nil && decodes(out, t)
}

// jsonFields are the fields of a struct by their names in JSON.
func jsonFields(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "" && (field.Anonymous || strings.Contains(options, "inline")):
			maps.Copy(out, jsonFields(field.Type))
		case name != "" && name != "-":
			out[name] = field.Type
		}
	}
	return out
}
