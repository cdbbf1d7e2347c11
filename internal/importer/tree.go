package importer

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// object is a JSON-shaped map.
type object = map[string]any

// get returns what stands at a path, nil for nothing.
func get(o object, path ...string) any {
	var v any = o
	for _, key := range path {
		m, _ := v.(object)
		v = m[key]
	}
	return v
}

// dig returns the map at a path, nil for none.
func dig(o object, path ...string) object {
	m, _ := get(o, path...).(object)
	return m
}

// textAt is the text at a path, "" for none.
func textAt(o object, path ...string) string {
	s, _ := get(o, path...).(string)
	return s
}

// scalar is the source text of a scalar; ok is false for anything else.
func scalar(v any) (text string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case int:
		return strconv.Itoa(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

// set puts a value at a path and makes the maps on the way; nil stays, as null.
func set(o object, value any, path ...string) {
	for _, key := range path[:len(path)-1] {
		next, ok := o[key].(object)
		if !ok {
			next = object{}
			o[key] = next
		}
		o = next
	}
	o[path[len(path)-1]] = value
}

// put is set for a value that says something: not nil, "", an empty map or list.
func put(o object, value any, path ...string) {
	if !isEmpty(value) {
		set(o, value, path...)
	}
}

// remove takes away what stands at a path, and the maps that are empty then.
func remove(o object, path ...string) {
	if len(path) == 1 {
		delete(o, path[0])
		return
	}
	child, ok := o[path[0]].(object)
	if !ok {
		return
	}
	if remove(child, path[1:]...); len(child) == 0 {
		delete(o, path[0])
	}
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case object:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// saysByBeing reports whether an empty map under a key says something.
func saysByBeing(key string) bool {
	switch key {
	case "emptyDir", "podSelector", "namespaceSelector", "labelSelector", "checkpoint", "savepoint":
		return true
	}
	return false
}

// pruned is a copy without nulls, empty maps and empty lists, but for those that
// say something by being there.
func pruned(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for key, child := range v {
			if child = pruned(child); !isEmpty(child) || child == "" || child != nil && saysByBeing(key) {
				out[key] = child
			}
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, item := range v {
			out = append(out, pruned(item))
		}
		return out
	case int:
		return int64(v)
	}
	return v
}

func prunedMap(o object) object {
	out, _ := pruned(o).(object)
	return out
}

// clone is a deep copy.
func clone(v any) any {
	switch v := v.(type) {
	case object:
		out := make(object, len(v))
		for key, child := range v {
			out[key] = clone(child)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = clone(item)
		}
		return out
	}
	return v
}

func cloneMap(o object) object {
	out, _ := clone(o).(object)
	return out
}

// equal compares scalars, lists and maps; whole numbers are equal however they
// are held.
func equal(a, b any) bool {
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y
	}
	switch x := a.(type) {
	case object:
		y, ok := b.(object)
		return ok && maps.EqualFunc(x, y, equal)
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	}
	return reflect.DeepEqual(a, b)
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// difference is a place at which two objects differ; want or got is nil where
// only the other has it.
type difference struct {
	path      []string
	want, got any
}

// differences lists where two maps differ, in the order of their keys. Lists
// differ as a whole.
func differences(want, got object, path ...string) []difference {
	keys := map[string]bool{}
	for key := range want {
		keys[key] = true
	}
	for key := range got {
		keys[key] = true
	}
	var out []difference
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		at := append(slices.Clone(path), key)
		w, g := want[key], got[key]
		wantMap, isMap := w.(object)
		gotMap, wasMap := g.(object)
		switch {
		case isMap && (wasMap || g == nil), wasMap && w == nil:
			out = append(out, differences(wantMap, gotMap, at...)...)
		case !equal(w, g):
			out = append(out, difference{at, w, g})
		}
	}
	return out
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// list is the list at a path, each item of which is a map; others are left out.
func list(o object, path ...string) []object {
	items, _ := get(o, path...).([]any)
	var out []object
	for _, item := range items {
		if m, ok := item.(object); ok {
			out = append(out, m)
		}
	}
	return out
}

// texts are the texts of a list; nil if an item is none.
func texts(v any) []string {
	items, _ := v.([]any)
	var out []string
	for _, item := range items {
		s, ok := item.(string)
		if !ok {
			return nil
		}
		out = append(out, s)
	}
	return out
}

func anyList(items []string) []any {
	out := make([]any, len(items))
	for i, s := range items {
		out[i] = s
	}
	return out
}
