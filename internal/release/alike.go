package release

import (
	"encoding/json"
	"strings"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// likeness is the same for objects that the API server judges alike: those of a
// kind and namespace that differ in their name alone, and in texts that are the end
// of it, as the network policy flink-cluster-orders of the pods of orders. What a
// Role gives is judged by its names, so those of RBAC are like no other.
func likeness(o cluster.Object) string {
	name := o.Name()
	if o.Group() == "rbac.authorization.k8s.io" {
		return o.Kind() + "/" + o.Namespace() + "/" + name
	}
	text, err := json.Marshal(unnamed(map[string]any(o), name)) // keys in order
	if err != nil {
		return o.Kind() + "/" + o.Namespace() + "/" + name
	}
	return string(text)
}

// unnamed puts for every text that a name ends with what the name has before it.
func unnamed(v any, name string) any {
	switch at := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(at))
		for k, each := range at {
			out[k] = unnamed(each, name)
		}
		return out
	case []any:
		out := make([]any, len(at))
		for i, each := range at {
			out[i] = unnamed(each, name)
		}
		return out
	case string:
		if before, ok := strings.CutSuffix(name, at); ok && at != "" && (before == "" || strings.HasSuffix(before, "-")) {
			return "\x00" + before
		}
	}
	return v
}
