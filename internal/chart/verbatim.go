package chart

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-flink/helm-flink/internal/manifest/standin"
)

// VerbatimAnnotation in a bundled chart's Chart.yaml lists, with commas between, the
// values that its templates print by toYaml as they are and look into nowhere else:
// dotted paths, in which * stands for any key. Printing them and reading
// them again is then left out, which is most of the work of rendering a job.
const VerbatimAnnotation = "helm-flink.dev/verbatim"

// verbatimPaths are those of a chart's annotation.
func verbatimPaths(c *chart.Chart) [][]string {
	var out [][]string
	for path := range strings.SplitSeq(c.Metadata.Annotations[VerbatimAnnotation], ",") {
		if path = strings.TrimSpace(path); path != "" {
			out = append(out, strings.Split(path, "."))
		}
	}
	return out
}

// leftOut copies JSON-shaped values for templates, which may change them, with a text in place of
// each map at one of the paths. What YAML would not give back as it is stays, and so does
// what is empty, which templates take for false.
func leftOut(left *standin.Values, values any, paths [][]string) any {
	switch v := values.(type) {
	case []any:
		if v == nil {
			return v
		}
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = leftOut(left, item, nil)
		}
		return out
	case map[string]any:
		if v == nil {
			return v
		}
		if len(v) > 0 && slices.ContainsFunc(paths, func(path []string) bool { return len(path) == 0 }) {
			if same, ok := printed(v); ok {
				return left.Add(same)
			}
		}
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = leftOut(left, value, below(paths, key))
		}
		return out
	default:
		return v
	}
}

// below are the rests of the paths that begin with a key.
func below(paths [][]string, key string) [][]string {
	var out [][]string
	for _, path := range paths {
		if len(path) > 0 && (path[0] == key || path[0] == "*") {
			out = append(out, path[1:])
		}
	}
	return out
}

// printed gives a value as it is read again once toYaml printed it: whole numbers are
// int64. Maps and lists that are so already are given as they are, not copied. It is
// false where that takes the printer and the parser to say: control characters,
// numbers in exponents, merge keys.
func printed(data any) (out any, ok bool) {
	out, _, ok = reread(data)
	return out, ok
}

// reread is printed, and says whether the value is the same.
func reread(data any) (out any, same, ok bool) {
	switch v := data.(type) {
	case nil, bool, int64:
		return v, true, true
	case string:
		return v, true, plainText(v)
	case int:
		return int64(v), false, true
	case float64:
		switch size := math.Abs(v); {
		case size >= 1e15 || size < 1e-5 || math.IsNaN(v):
			return nil, false, false
		case v == math.Trunc(v):
			return int64(v), false, true
		}
		return v, true, true
	case []any:
		return rereadList(v)
	case map[string]any:
		return rereadMap(v)
	default:
		return nil, false, false
	}
}

func rereadList(v []any) (out []any, same, ok bool) {
	out, same = v, true
	for i, item := range v {
		value, unchanged, ok := reread(item)
		if !ok {
			return nil, false, false
		}
		if !unchanged {
			if same {
				out, same = slices.Clone(v), false
			}
			out[i] = value
		}
	}
	return out, same, v != nil
}

func rereadMap(v map[string]any) (out map[string]any, same, ok bool) {
	out, same = v, true
	for key, item := range v {
		value, unchanged, ok := reread(item)
		if !ok || key == "<<" || !plainText(key) {
			return nil, false, false
		}
		if !unchanged {
			if same {
				out, same = maps.Clone(v), false
			}
			out[key] = value
		}
	}
	return out, same, v != nil
}

// plainText reports whether a text is of characters that YAML prints as they are.
func plainText(s string) bool {
	for _, r := range s {
		switch {
		case r == '\n', r == '\t':
		case r < ' ', r >= 0x7F && r <= 0xA0, r == utf8.RuneError, r == '\u2028', r == '\u2029', r == '\uFEFF':
			return false
		}
	}
	return true
}
