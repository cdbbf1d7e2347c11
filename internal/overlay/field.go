package overlay

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// step is one step of the way to a field: the key of a map, or an item of a list.
type step struct {
	key   string
	index int // of an item of a list; -1 for the key of a map
	item  any
}

// change is a field before and after the overlay.
type change struct {
	steps         []step
	before, after any
	had, has      bool
}

// change gives the field, named by keys and by indexes or names of items. Of one that
// is in neither object the nearest above it that is in the later one counts.
func (s *subject) change(field []string) change {
	c := change{}
	before, after := any(s.before), any(s.after)
	c.had, c.has = s.before != nil, s.after != nil
	for _, key := range field {
		next := step{key: key, index: -1}
		for _, v := range []any{after, before} { // of an item that is gone, what it was
			if list, ok := v.([]any); ok && next.index < 0 {
				if next.index = itemAt(list, key); next.index >= 0 {
					next.item = list[next.index]
				}
			}
		}
		oldValue, had := next.in(before)
		newValue, has := next.in(after)
		had, has = had && c.had, has && c.has
		if !had && !has {
			return c
		}
		c.steps = append(c.steps, next)
		before, after, c.had, c.has = oldValue, newValue, had, has
	}
	c.before, c.after = before, after
	return c
}

// in gives what the step leads to. The item of a list is the one of the same name,
// and without names the one that is equal.
func (s step) in(v any) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		out, ok := v[s.key]
		return out, ok && s.index < 0
	case []any:
		if i := slices.IndexFunc(v, func(item any) bool { return same(item, s.item) }); i >= 0 && s.index >= 0 {
			return v[i], true
		}
	}
	return nil, false
}

// changed reports whether the overlay changed the field. A map or list to which it
// has only added is not: what is found of it as a whole is not its work.
func (c change) changed() bool {
	if c.had != c.has {
		return true
	}
	return !keeps(c.before, c.after)
}

// keeps reports whether all that was there is still there, unchanged.
func keeps(before, after any) bool {
	switch old := before.(type) {
	case map[string]any:
		now, ok := after.(map[string]any)
		for key, v := range old {
			w, there := now[key]
			if !ok || !there || !keeps(v, w) {
				return false
			}
		}
		return ok
	case []any:
		now, ok := after.([]any)
		return ok && !slices.ContainsFunc(old, func(v any) bool {
			return !slices.ContainsFunc(now, func(w any) bool { return same(v, w) && keeps(v, w) })
		})
	default:
		return reflect.DeepEqual(before, after)
	}
}

// itemKeys are the keys by which Kubernetes merges lists of maps, and Karpenter
// tells the items of its own.
func itemKeys() []string {
	return []string{"name", "key", "mountPath", "devicePath", "containerPort", "port", "topologyKey", "ip", "deviceName"}
}

// itemName is what an item of a list is known by: its key, or the text of a plain
// value; "" where there is none.
func itemName(item any) string {
	switch v := item.(type) {
	case map[string]any:
		for _, key := range itemKeys() {
			if name, ok := v[key]; ok {
				return fmt.Sprint(name)
			}
		}
		return ""
	case []any, nil:
		return ""
	default:
		return fmt.Sprint(v)
	}
}

// same reports whether two items are the same one, though it may have changed.
func same(a, b any) bool {
	if name := itemName(a); name != "" {
		return name == itemName(b)
	}
	return reflect.DeepEqual(a, b)
}

func itemAt(list []any, key string) int {
	if at, err := strconv.Atoi(key); err == nil && at >= 0 && at < len(list) {
		return at
	}
	return slices.IndexFunc(list, func(item any) bool { return itemName(item) == key })
}

// itemIn finds the item of a list in YAML that a step leads to.
func (s step) itemIn(n *yaml.Node) *yaml.Node {
	for _, item := range items(n) {
		if same(decode[any](item), s.item) {
			return plainNode(item)
		}
	}
	return nil
}
