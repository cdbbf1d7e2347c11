package change

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

// alike reports whether two values that differ as JSON are the same to the operator, whose pod templates and resources
// are classes of the fabric8 client: quantities compare by what they amount to, and an empty list, or an empty map of
// plain entries, is an absent one. An empty object, such as emptyDir, is something. Measured with the
// ReflectiveDiffBuilder of operator 1.16.1. The old resource.memory is a text, of which this is not true.
func alike(path []string, x, y any) bool {
	inside := slices.Contains(path, "podTemplate") || len(path) > 1 && path[1] == "resources"
	if !inside {
		return false
	}
	last, _, _ := strings.Cut(path[len(path)-1], "[")
	if void(last, x) && void(last, y) {
		return true
	}
	amount := last == "sizeLimit"
	for _, key := range path[:len(path)-1] {
		amount = amount || slices.Contains([]string{"limits", "requests", "overhead"}, key)
	}
	if !amount || x == nil || y == nil {
		return false
	}
	a, err := quantity.Parse(scalar(x))
	if err != nil {
		return false
	}
	b, err := quantity.Parse(scalar(y))
	return err == nil && a.Cmp(b) == 0
}

// scalar gives the text of a scalar.
func scalar(v any) string { return text(map[string]any{"": v}, "") }

// void reports whether a value is absent, an empty list, or an empty map of plain entries.
func void(key string, v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		plain := []string{"labels", "annotations", "nodeSelector", "matchLabels", "limits", "requests", "overhead"}
		return len(v) == 0 && slices.Contains(plain, key)
	default:
		return false
	}
}
