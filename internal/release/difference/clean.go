package difference

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/release/change"
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

// text gives the text at a path, "" where there is none.
func text(m map[string]any, path ...string) string {
	s, _ := at(m, path...).(string)
	return s
}

// noise lists the fields of metadata that the server keeps.
func noise() []string {
	return []string{"managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink",
		"deletionTimestamp", "deletionGracePeriodSeconds"}
}

// cleaned returns a deep copy of an object without status and noise, nil for nil.
func cleaned(object map[string]any) map[string]any {
	if object == nil {
		return nil
	}
	out, _ := clone(object).(map[string]any)
	delete(out, "status")
	meta, ok := out["metadata"].(map[string]any)
	if !ok {
		return out
	}
	for _, key := range noise() {
		delete(meta, key)
	}
	for _, part := range []string{"annotations", "labels"} {
		entries, ok := meta[part].(map[string]any)
		if !ok {
			continue
		}
		for key := range entries {
			if change.Noise(key) {
				delete(entries, key)
			}
		}
		if len(entries) == 0 {
			delete(meta, part)
		}
	}
	return out
}

// clone copies decoded JSON.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = clone(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = clone(value)
		}
		return out
	default:
		return v
	}
}

// same compares decoded JSON whatever the Go types of its numbers.
func same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) && (a == nil) == (b == nil) }
