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

// leaveOut puts a text in place of each value at the paths, in maps that the caller
// copied, so that they can be changed. What YAML would not give back
// as it is stays, and so does what is empty, which templates take for false.
func leaveOut(left *standin.Values, values map[string]any, paths [][]string) {
	for _, path := range paths {
		keys := path[:1]
		if path[0] == "*" {
			keys = slices.Collect(maps.Keys(values))
		}
		for _, key := range keys {
			part, _ := values[key].(map[string]any)
			switch {
			case len(part) == 0:
			case len(path) > 1:
				leaveOut(left, part, [][]string{path[1:]})
			default:
				if same, ok := printed(part); ok {
					values[key] = left.Add(same)
				}
			}
		}
	}
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
