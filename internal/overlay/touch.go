package overlay

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/standin"
)

// touch knows which fields of a spec an overlay may look into or change. The others are
// not given to Kustomize, which copies and walks all of an object for each
// of its steps.
type touch struct {
	all   bool
	words []string
}

// touched reads the texts of an overlay that is laid in parts: a patch goes into no field that
// none of them has in it. Of the other things that an overlay can have, all that are not
// for metadata alone count as touching everything, and so does a comparison with
// what is there.
func touched(files []*file, words map[string]bool) touch {
	all := words["test"] || slices.ContainsFunc(files, func(f *file) bool {
		k := f.k
		inside := slices.ContainsFunc(k.Labels, func(l types.Label) bool {
			return l.IncludeSelectors || l.IncludeTemplates || len(l.FieldSpecs) > 0
		})
		return inside || f.makesNames() || len(k.CommonAnnotations)+len(k.Images)+len(k.Replicas)+len(k.Configurations) > 0
	})
	out := touch{all: all}
	pointer := strings.NewReplacer("~1", "/", "~0", "~") // RFC 6901
	for word := range words {
		out.all = out.all || standin.Marked(word)
		out.words = append(out.words, word)
		if plain := pointer.Replace(word); plain != word {
			out.words = append(out.words, plain)
		}
	}
	return out
}

// leave gives an object's data without those fields of its spec that are not touched, and keeps them.
func (t touch) leave(data map[string]any, left *standin.Values) {
	spec, ok := data["spec"].(map[string]any)
	if t.all || !ok || !strange(data) || standin.Marked(data) {
		return
	}
	data["spec"] = t.without(spec, left)
}

// without is a map with one key in place of all that are not touched, and so are the maps in it. Lists that
// are touched are whole: they are merged by what their items have.
func (t touch) without(fields map[string]any, left *standin.Values) map[string]any {
	out, rest := make(map[string]any, len(fields)), make(map[string]any, len(fields))
	for key, value := range fields {
		inner, isMap := value.(map[string]any)
		switch {
		case !slices.ContainsFunc(t.words, func(word string) bool { return strings.Contains(word, key) }):
			rest[key] = value
		case isMap:
			out[key] = t.without(inner, left)
		default:
			out[key] = value
		}
	}
	if len(rest) > 0 {
		out[left.AddEntries(rest)] = ""
	}
	return out
}

// strange reports whether an object is of a kind in whose spec Kustomize knows no field by itself: it
// looks references to names up in those that it knows, in any overlay (api v0.21.2,
// internal/konfig/builtinpluginconsts/namereference.go). That may be in NetworkPolicies
// once it knows them, which a test sees.
func strange(data map[string]any) bool {
	key := manifest.Object{Data: data}.Key()
	group, _, _ := strings.Cut(key.APIVersion, "/")
	switch group {
	case "flink.apache.org", "karpenter.sh", "karpenter.k8s.aws":
		return true
	}
	return group == "networking.k8s.io" && key.Kind == "NetworkPolicy"
}
