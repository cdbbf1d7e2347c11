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

// mergeByKey lays list over base, objects with the same value under key
// replacing each other; new ones follow in order. Neither is changed.
func mergeByKey(base, over []any, key string) []any {
	out := slices.Clone(base)
	for _, item := range over {
		i := slices.IndexFunc(out, func(b any) bool { return field(b, key) != nil && field(b, key) == field(item, key) })
		if i < 0 {
			out = append(out, item)
			continue
		}
		out[i] = item
	}
	return out
}

func field(v any, key string) any {
	o, _ := v.(object)
	return o[key]
}
