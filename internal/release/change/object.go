package change

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// at gives what stands at a path of keys, nil where nothing does.
func at(m map[string]any, path ...string) any {
	var v any = m
	for _, key := range path {
		node, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = node[key]
	}
	return v
}

// sub gives the map at a path, nil where there is none.
func sub(m map[string]any, path ...string) map[string]any {
	node, _ := at(m, path...).(map[string]any)
	return node
}

// text gives the scalar at a path as text, "" where there is none.
func text(m map[string]any, path ...string) string {
	switch v := at(m, path...).(type) {
	case nil, map[string]any, []any:
		return ""
	case string:
		return v
	default:
		if n, ok := number(v); ok {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
		return fmt.Sprint(v)
	}
}

// identity gives the API group and the kind of an object.
func identity(m map[string]any) (group, kind string) {
	group, _, found := strings.Cut(text(m, "apiVersion"), "/")
	if !found {
		group = ""
	}
	return group, text(m, "kind")
}

// number reads a number of any Go type that a decoder makes.
func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int:
		return float64(n), true
	case int32:
		return float64(n), true
	case int64:
		return float64(n), true
	case float64:
		return n, true
	case json.Number:
		f, err := n.Float64()
		return f, err == nil
	default:
		return 0, false
	}
}

// same compares two values as JSON: the Go types of numbers do not matter, and null is absent.
func same(a, b any) bool { return len(differences(a, b)) == 0 }

// differences lists the paths at which two values differ, sorted: as deep as both sides have maps, or lists of the same
// length. A list's index is written [0], at the end of the key before it.
func differences(a, b any) [][]string {
	if x, ok := a.(map[string]any); ok {
		if y, ok := b.(map[string]any); ok {
			return mapDifferences(x, y)
		}
	}
	if x, ok := a.([]any); ok {
		if y, ok := b.([]any); ok && len(x) == len(y) {
			return listDifferences(x, y)
		}
	}
	if x, ok := number(a); ok {
		if y, ok := number(b); ok && x == y {
			return nil
		}
	}
	if reflect.DeepEqual(a, b) {
		return nil
	}
	return [][]string{nil}
}

func mapDifferences(a, b map[string]any) [][]string {
	keys := map[string]bool{}
	for key := range a {
		keys[key] = true
	}
	for key := range b {
		keys[key] = true
	}
	var found [][]string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		for _, path := range differences(a[key], b[key]) {
			if len(path) > 0 && strings.HasPrefix(path[0], "[") {
				path = append([]string{key + path[0]}, path[1:]...)
			} else {
				path = append([]string{key}, path...)
			}
			found = append(found, path)
		}
	}
	return found
}

func listDifferences(a, b []any) [][]string {
	var found [][]string
	for i := range a {
		for _, path := range differences(a[i], b[i]) {
			index := fmt.Sprintf("[%d]", i)
			if len(path) > 0 && strings.HasPrefix(path[0], "[") {
				index, path = index+path[0], path[1:]
			}
			found = append(found, append([]string{index}, path...))
		}
	}
	return found
}

// within gives what stands at a path of differences, with list indexes, nil where nothing does.
func within(v any, path []string) any {
	for _, step := range path {
		key, indexes, _ := strings.Cut(step, "[")
		node, _ := v.(map[string]any)
		v = node[key]
		for index := range strings.SplitSeq(strings.TrimSuffix(indexes, "]"), "][") {
			if index == "" {
				continue
			}
			i, err := strconv.Atoi(index)
			list, ok := v.([]any)
			if err != nil || !ok || i >= len(list) {
				return nil
			}
			v = list[i]
		}
	}
	return v
}

// flat gives a flinkConfiguration as the operator sees it; nothing for one that is no map, which the operator cannot
// read either.
func flat(configuration any) map[string]string {
	data, err := json.Marshal(configuration)
	if err != nil {
		return nil
	}
	settings, err := v1beta1.FreeForm(data).Flat()
	if err != nil {
		return nil
	}
	return settings
}

// nameOf gives namespace/name of an object, or its name where it has no namespace.
func nameOf(m map[string]any) string {
	if ns := text(m, "metadata", "namespace"); ns != "" {
		return ns + "/" + text(m, "metadata", "name")
	}
	return text(m, "metadata", "name")
}
