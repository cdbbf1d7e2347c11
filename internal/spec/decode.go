package spec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/values"
)

// decoder is implemented by types that accept more than one shape.
type decoder interface {
	decode(n *values.Node) error
}

// decode fills out, a pointer to a struct, from a map node. The node has passed
// the JSON Schema, so an error here means that schema and types disagree.
//
//   - A struct takes the keys of its json tags; an embedded struct's keys are
//     the outer's own.
//   - A string takes a scalar's source text: 1.10 stays "1.10".
//   - An absent scalar or string list takes its `default` tag.
//   - null is the same as absent, except below any, where it stays.
func decode(n *values.Node, out any) error {
	return decodeValue(n, reflect.ValueOf(out).Elem(), "")
}

func decodeValue(n *values.Node, v reflect.Value, def string) error {
	absent := n == nil || n.Kind == values.Null
	if v.CanAddr() {
		if d, ok := reflect.TypeAssert[decoder](v.Addr()); ok {
			if absent {
				return nil
			}
			return d.decode(n)
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		return decodeStruct(n, v)
	case reflect.Pointer:
		if absent {
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return decodeValue(n, v.Elem(), "")
	case reflect.Map:
		return decodeMap(n, v, absent)
	case reflect.Slice:
		return decodeSlice(n, v, absent, def)
	case reflect.Interface:
		if !absent {
			v.Set(reflect.ValueOf(n.Plain()))
		}
		return nil
	default:
		text := def
		if !absent {
			text = n.Text
		}
		return decodeScalar(text, v)
	}
}

func decodeStruct(n *values.Node, v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		child := n
		if !field.Anonymous {
			child = member(n, name)
		}
		if err := decodeValue(child, v.Field(i), field.Tag.Get("default")); err != nil {
			return fmt.Errorf("%s: %w", cmpName(name, field.Name), err)
		}
	}
	return nil
}

func cmpName(tag, field string) string {
	if tag != "" {
		return tag
	}
	return field
}

func member(n *values.Node, key string) *values.Node {
	if n == nil || n.Kind != values.Map {
		return nil
	}
	return n.Get(key)
}

func decodeMap(n *values.Node, v reflect.Value, absent bool) error {
	if absent {
		return nil
	}
	if n.Kind != values.Map {
		return fmt.Errorf("want a map")
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), n.Len()))
	for _, key := range n.Keys() {
		child := n.Get(key)
		elem := reflect.New(v.Type().Elem()).Elem()
		switch {
		case elem.Kind() == reflect.Interface: // free-form: null means "delete"
			if plain := child.Plain(); plain != nil {
				elem.Set(reflect.ValueOf(plain))
			}
		case child.Kind == values.Null:
			continue
		default:
			if err := decodeValue(child, elem, ""); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
		v.SetMapIndex(reflect.ValueOf(key), elem)
	}
	return nil
}

func decodeSlice(n *values.Node, v reflect.Value, absent bool, def string) error {
	if absent {
		if def != "" {
			v.Set(reflect.ValueOf(strings.Split(def, ",")))
		}
		return nil
	}
	if n.Kind != values.List {
		return fmt.Errorf("want a list")
	}
	out := reflect.MakeSlice(v.Type(), 0, n.Len())
	for i, item := range n.Items() {
		elem := reflect.New(v.Type().Elem()).Elem()
		if err := decodeValue(item, elem, ""); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
		out = reflect.Append(out, elem)
	}
	v.Set(out)
	return nil
}

func decodeScalar(text string, v reflect.Value) error {
	if text == "" {
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("want true or false")
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(text, 0, 64)
		if err != nil {
			return fmt.Errorf("want an integer")
		}
		v.SetInt(i)
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("want a number")
		}
		v.SetFloat(f)
	default:
		return fmt.Errorf("type %s: no decoder", v.Type())
	}
	return nil
}

// jsonKeys returns the keys that a struct type takes, embedded ones included.
func jsonKeys(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous {
			keys = append(keys, jsonKeys(field.Type)...)
			continue
		}
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "-" && name != "" {
			keys = append(keys, name)
		}
	}
	return keys
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
