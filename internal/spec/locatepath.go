package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/values"
)

// step is one step of a field's path: the key of a map, or an item of a list
// with the name that people know it by.
type step struct {
	key   string
	index int // of an item of a list; -1 for the key of a map
	item  any
}

// named gives the steps of a field of an object. An item of a list is named by
// its index or by its name.
func named(data any, field []string) []step {
	out := make([]step, len(field))
	for i, key := range field {
		out[i] = step{key: key, index: -1}
		switch d := data.(type) {
		case map[string]any:
			data = d[key]
		case []any:
			data = nil
			if at := itemAt(d, key); at >= 0 {
				data = d[at]
				out[i] = step{or(itemName(data), key), at, data}
			}
		default:
			data = nil
		}
	}
	return out
}

// itemAt is the index of the item that a step of a field names, or -1.
func itemAt(list []any, key string) int {
	if at, err := strconv.Atoi(key); err == nil && at >= 0 && at < len(list) {
		return at
	}
	return slices.IndexFunc(list, func(item any) bool { return itemName(item) == key })
}

// itemName is what an item of a list is known by: the key by which Kubernetes
// merges such lists, or the text of a plain value; "" where there is none.
func itemName(item any) string {
	switch v := item.(type) {
	case map[string]any:
		for _, key := range []string{"name", "key", "topologyKey", "containerPort", "ip", "deviceName"} {
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

// follow goes down the steps as far as there are values. A plain value that
// stands where more steps lead on, null too, is what decides about them: then
// nothing is left.
func follow(n *values.Node, steps []step) (path []string, left int) {
	for i, s := range steps {
		key, next := below(n, s)
		if next == nil {
			if n != nil && n.Kind < values.List && i > 0 {
				return path, 0
			}
			return path, len(steps) - i
		}
		path, n = append(path, key), next
	}
	return path, 0
}

// below gives the child that a step leads to, with its key.
func below(n *values.Node, s step) (string, *values.Node) {
	if n == nil || n.Kind != values.List {
		return s.key, n.Get(s.key)
	}
	items, found := n.Items(), -1
	for i, item := range items {
		if matches(item, s) && (found < 0 || i == s.index) {
			found = i
		}
	}
	if found < 0 {
		return "", nil
	}
	return strconv.Itoa(found), items[found]
}

func matches(item *values.Node, s step) bool {
	plain := item.Plain()
	if name := itemName(plain); name != "" {
		return name == s.key
	}
	return s.index >= 0 && fmt.Sprint(plain) == fmt.Sprint(s.item)
}

// place says which values a field of an object, with all below it, comes from.
type place struct {
	steps []string
	from  []source
}

// match gives the steps below the place, if the field is there.
func (p place) match(field []step) (rest []step, ok bool) {
	if len(field) < len(p.steps) {
		return nil, false
	}
	for i, s := range p.steps {
		if s != "*" && s != field[i].key {
			return nil, false
		}
	}
	return field[len(p.steps):], true
}

// source is one place in the values that a field may come from: see places.
type source struct {
	scope string   // "", "team" or "root"
	keys  []string // a key "@" stands for the suffix of the object's name
	tail  string   // "", "*", "?" or "#"
}

func sources(text string) []source {
	var out []source
	for word := range strings.FieldsSeq(text) {
		var s source
		if scope, rest, ok := strings.Cut(word, ":"); ok {
			s.scope, word = scope, rest
		}
		s.keys = strings.Split(word, ".")
		if last := s.keys[len(s.keys)-1]; slices.Contains([]string{"*", "?", "#"}, last) {
			s.keys, s.tail = s.keys[:len(s.keys)-1], last
		}
		out = append(out, s)
	}
	return out
}

// steps is the way to the source's values, below the place where they stand.
func (s source) steps(rest []step, suffix string) []step {
	var out []step
	for _, key := range s.keys {
		if key == "@" {
			key = suffix
		}
		out = append(out, step{key: key, index: -1})
	}
	if s.tail != "" {
		out = append(out, rest...)
	}
	return out
}

// in gives the path of the source below a node, or nil if it is not there.
func (s source) in(n *values.Node, rest []step, suffix string) []string {
	steps := s.steps(rest, suffix)
	switch s.tail {
	case "#":
		at, left := follow(n, steps[:len(s.keys)])
		names := sortedNames(n.At(at...))
		if left > 0 || len(rest) == 0 || rest[0].index < 0 || rest[0].index >= len(names) {
			return nil
		}
		steps[len(s.keys)] = step{key: names[rest[0].index], index: -1}
	case "?":
		if len(rest) == 0 {
			return nil
		}
	}
	path, left := follow(n, steps)
	if left == 0 || (s.tail == "?" || s.tail == "#") && left < len(rest) {
		return path
	}
	return nil
}

func sortedNames(n *values.Node) []string {
	names := map[string]bool{}
	for _, key := range n.Keys() {
		names[key] = true
	}
	return sortedKeys(names)
}
