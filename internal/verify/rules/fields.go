package rules

import (
	"strconv"
)

// valueAt returns what stands in a JSON-shaped tree under keys and list indexes, or nil.
func valueAt(v any, path ...string) any {
	for _, key := range path {
		switch node := v.(type) {
		case map[string]any:
			v = node[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(node) {
				return nil
			}
			v = node[i]
		default:
			return nil
		}
	}
	return v
}

// textAt is valueAt for a text; what is none gives "".
func textAt(v any, path ...string) string {
	s, _ := valueAt(v, path...).(string)
	return s
}

// listAt is valueAt for a list; what is none gives nil.
func listAt(v any, path ...string) []any {
	l, _ := valueAt(v, path...).([]any)
	return l
}

// numberAt is valueAt for a number; what is none gives 0.
func numberAt(v any, path ...string) float64 {
	switch n := valueAt(v, path...).(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	default:
		return 0
	}
}
