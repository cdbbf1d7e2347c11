package chart

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"helm.sh/helm/v3/pkg/chart"
)

// VerbatimAnnotation in a bundled chart's Chart.yaml lists, with commas between, the
// values that its templates print by toYaml as they are and look into nowhere else:
// dotted paths, in which * stands for any key. Printing them and reading
// them again is then left out, which is most of the work of rendering a job.
const VerbatimAnnotation = "helm-flink.dev/verbatim"

// verbatimMark begins the texts that stand for values while templates run. It is of
// Unicode's private use; where the values have it themselves nothing is left out.
const verbatimMark = "\uE0F1"

// verbatim is what is left out of a rendering: its index is in the text that stands
// for it.
type verbatim struct {
	parts []any
}

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

// leaveOut puts a text in place of each value at or below the paths: in maps that the caller
// copied, so that they can be changed. What YAML would not give back
// as it is stays, and so does what is empty, which templates take for false.
func (l *verbatim) leaveOut(values map[string]any, paths [][]string) {
	for _, path := range paths {
		keys := []string{path[0]}
		if path[0] == "*" {
			keys = keys[:0]
			for key := range values {
				keys = append(keys, key)
			}
			slices.Sort(keys)
		}
		for _, key := range keys {
			part, _ := values[key].(map[string]any)
			switch {
			case len(part) == 0:
			case len(path) > 1:
				l.leaveOut(part, [][]string{path[1:]})
			default:
				if same, ok := printed(part); ok {
					values[key] = verbatimMark + strconv.Itoa(len(l.parts))
					l.parts = append(l.parts, same)
				}
			}
		}
	}
}

// putBack gives rendered data the values that were left out of it; data is changed.
func (l *verbatim) putBack(data any) any {
	switch v := data.(type) {
	case map[string]any:
		for key, item := range v {
			v[key] = l.putBack(item)
		}
	case []any:
		for i, item := range v {
			v[i] = l.putBack(item)
		}
	case string:
		number, ok := strings.CutPrefix(v, verbatimMark)
		if i, err := strconv.Atoi(number); ok && err == nil && i < len(l.parts) {
			return l.parts[i]
		}
	}
	return data
}

// marked reports whether a key or a text has the mark.
func marked(data any) bool {
	switch v := data.(type) {
	case map[string]any:
		for key, item := range v {
			if strings.Contains(key, verbatimMark) || marked(item) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, marked)
	case string:
		return strings.Contains(v, verbatimMark)
	}
	return false
}

// printed copies a value as it is read again once toYaml printed it: whole numbers are
// int64. It is false where that takes the printer and the parser to say:
// control characters, numbers in exponents, merge keys.
func printed(data any) (any, bool) {
	switch v := data.(type) {
	case nil, bool, int64:
		return v, true
	case string:
		return v, plainText(v)
	case int:
		return int64(v), true
	case float64:
		switch size := math.Abs(v); {
		case size >= 1e15 || size < 1e-5:
			return nil, false
		case v == math.Trunc(v):
			return int64(v), true
		}
		return v, !math.IsNaN(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var ok bool
			if out[i], ok = printed(v[i]); !ok {
				return nil, false
			}
		}
		return out, v != nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			var ok bool
			if out[key], ok = printed(value); !ok || key == "<<" || !plainText(key) {
				return nil, false
			}
		}
		return out, v != nil
	default:
		return nil, false
	}
}

// plainText reports whether a text is of characters that YAML prints as they are.
func plainText(s string) bool {
	for _, r := range s {
		if r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError || r >= 0x7F && r <= 0xA0 || r == '\u2028' || r == '\u2029' || r == '\uFEFF' {
			return false
		}
	}
	return true
}
