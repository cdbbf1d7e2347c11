package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// oddityKind is what is odd about a value of flinkConfiguration.
type oddityKind int

const (
	noText     oddityKind = iota // no text at the top level: a number, boolean, map or list
	listOfMaps                   // a list with maps or lists in it
	nullValue                    // null, alone or in a list
	twice                        // set nested and with dots, with different values
)

// oddity is one odd value and the path to it.
type oddity struct {
	kind oddityKind
	path []string
}

// name is the key with dots.
func (o oddity) name() string { return strings.Join(o.path, ".") }

// oddities lists what is odd about a configuration, in the order of the keys;
// nothing if it is no map.
func oddities(f v1beta1.FreeForm) []oddity {
	var root map[string]any
	if len(f) == 0 || json.Unmarshal(f, &root) != nil {
		return nil
	}
	var out []oddity
	for _, key := range slices.Sorted(maps.Keys(root)) {
		if _, ok := root[key].(string); !ok {
			out = append(out, oddity{noText, []string{key}})
		}
	}
	seen := map[string]any{}
	return append(out, oddIn(root, nil, seen)...)
}

func oddIn(node map[string]any, path []string, seen map[string]any) []oddity {
	var out []oddity
	for _, key := range slices.Sorted(maps.Keys(node)) {
		at := append(slices.Clone(path), key)
		switch v := node[key].(type) {
		case map[string]any:
			out = append(out, oddIn(v, at, seen)...)
			continue
		case nil:
			out = append(out, oddity{nullValue, at})
		case []any:
			out = append(out, oddItems(v, at)...)
		}
		name := strings.Join(at, ".")
		if old, ok := seen[name]; ok && !sameJSON(old, node[key]) {
			out = append(out, oddity{twice, at})
		}
		seen[name] = node[key]
	}
	return out
}

func oddItems(items []any, at []string) []oddity {
	for _, item := range items {
		switch item.(type) {
		case map[string]any, []any:
			return []oddity{{listOfMaps, at}}
		case nil:
			return []oddity{{nullValue, at}}
		}
	}
	return nil
}

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && strings.Trim(string(x), `"`) == strings.Trim(string(y), `"`)
}
