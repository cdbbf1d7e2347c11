package overlay

import (
	"fmt"
	"strconv"
	"strings"
)

// isFieldPath reports whether a field path of a replacement leads to the field, or
// to one above it: keys with dots between, a dot within one escaped or the key in
// brackets; an index, [key=value] or * for items of lists.
func isFieldPath(path string, steps []step) bool {
	parts := fieldPath(path)
	if len(parts) > len(steps) || len(parts) == 0 {
		return false
	}
	for i, part := range parts {
		if !steps[i].isPart(part) {
			return false
		}
	}
	return true
}

func (s step) isPart(part string) bool {
	inner, bracketed := strings.CutPrefix(part, "[")
	inner = strings.TrimSuffix(inner, "]")
	if s.index < 0 {
		return part == s.key || part == "*" || bracketed && inner == s.key
	}
	if key, want, ok := strings.Cut(inner, "="); bracketed && ok {
		item, _ := s.item.(map[string]any)
		return fmt.Sprint(item[key]) == want || key == "" && fmt.Sprint(s.item) == want
	}
	return part == "*" || part == strconv.Itoa(s.index)
}

// fieldPath splits at the dots that are neither escaped nor in brackets.
func fieldPath(path string) []string {
	var out []string
	var part strings.Builder
	depth := 0
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '\\' && i+1 < len(path) && path[i+1] == '.':
			i++
			part.WriteByte('.')
		case c == '.' && depth == 0:
			out = append(out, part.String())
			part.Reset()
		default:
			depth += strings.Count("[", string(c)) - strings.Count("]", string(c))
			part.WriteByte(c)
		}
	}
	return append(out, part.String())
}
