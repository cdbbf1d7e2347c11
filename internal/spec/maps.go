package spec

import (
	"maps"
	"slices"
)

// object is a JSON-shaped map under construction.
type object = map[string]any

// put sets a key unless the value is empty: "", 0, false, nil, an empty map or
// list.
func put(o object, key string, value any) {
	switch v := value.(type) {
	case nil:
		return
	case string:
		if v == "" {
			return
		}
	case int:
		if v == 0 {
			return
		}
	case bool:
		if !v {
			return
		}
	case object:
		if len(v) == 0 {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	}
	o[key] = value
}

// anyMap makes a map[string]string JSON-shaped.
func anyMap(m map[string]string) object {
	out := make(object, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// anyList makes a list of strings JSON-shaped.
func anyList[T any](l []T) []any {
	out := make([]any, len(l))
	for i, v := range l {
		out[i] = v
	}
	return out
}

// override lays b over a, both left as they are: later keys win.
func override[V any](layers ...map[string]V) map[string]V {
	out := map[string]V{}
	for _, l := range layers {
		maps.Copy(out, l)
	}
	return out
}

// mergeSpec lays the user's `spec`, the last word, over a derived one: maps
// merge, lists and scalars replace, null deletes. Neither is changed.
func mergeSpec(base, over object) object {
	out := maps.Clone(base)
	if out == nil {
		out = object{}
	}
	for k, v := range over {
		if v == nil {
			delete(out, k)
			continue
		}
		if o, ok := v.(object); ok {
			b, _ := out[k].(object)
			out[k] = mergeSpec(b, o)
			continue
		}
		out[k] = v
	}
	return out
}

// mergeByKey lays list over base: items of base with a value under key that
// list has too give way to those of list, in their place; new ones follow in
// order. Neither is changed.
func mergeByKey(base, over []any, key string) []any {
	var out []any
	done := map[any]bool{}
	take := func(value any) {
		done[value] = true
		for _, item := range over {
			if field(item, key) == value {
				out = append(out, item)
			}
		}
	}
	for _, item := range base {
		value := field(item, key)
		switch {
		case value == nil || !slices.ContainsFunc(over, func(o any) bool { return field(o, key) == value }):
			out = append(out, item)
		case !done[value]:
			take(value)
		}
	}
	for _, item := range over {
		switch value := field(item, key); {
		case value == nil:
			out = append(out, item)
		case !done[value]:
			take(value)
		}
	}
	return out
}

// field is the text or number under a key of an item; nil for anything else.
func field(v any, key string) any {
	o, _ := v.(object)
	switch value := o[key].(type) {
	case object, []any:
		return nil
	default:
		return value
	}
}
