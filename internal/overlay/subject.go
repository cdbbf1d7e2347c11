package overlay

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// subject is an object before and after the overlay: before is nil for one that
// the overlay added, after for one that it deleted.
type subject struct {
	before, after map[string]any
	// ids are the identities before and after; names all names that it can have had
	// between, with the prefixes and suffixes of one kustomization after the other.
	ids   []manifest.Key
	names []string
}

func newSubject(before, after map[string]any) *subject {
	s := &subject{before: before, after: after}
	for _, data := range []map[string]any{before, after} {
		if data == nil {
			continue
		}
		key := manifest.Object{Data: data}.Key()
		s.ids, s.names = append(s.ids, key), append(s.names, key.Name)
	}
	if len(s.names) == 2 && s.names[0] != "" {
		prefix, suffix, ok := strings.Cut(s.names[1], s.names[0])
		for i := 0; ok && i <= len(prefix); i++ {
			for j := 0; j <= len(suffix); j++ {
				s.names = append(s.names, prefix[i:]+s.names[0]+suffix[:j])
			}
		}
	}
	return s
}

// key is the identity that people know: that of after, if it is still there.
func (s *subject) key() manifest.Key { return s.ids[len(s.ids)-1] }

func gvk(k manifest.Key) resid.Gvk {
	group, version, ok := strings.Cut(k.APIVersion, "/")
	if !ok {
		group, version = "", k.APIVersion
	}
	return resid.Gvk{Group: group, Version: version, Kind: k.Kind}
}

// is reports whether a patch without target is for the object: by kind, name and
// namespace.
func (s *subject) is(k manifest.Key) bool {
	return slices.Contains(s.names, k.Name) && slices.ContainsFunc(s.ids, func(id manifest.Key) bool {
		return id.APIVersion == k.APIVersion && id.Kind == k.Kind &&
			(id.Namespace == k.Namespace || k.Namespace == "default" && id.Namespace == "")
	})
}

// selected makes Kustomize's selection of objects: kind, name and namespace are
// whole regular expressions, and what is left out matches all. A selector that Kustomize
// refuses selects nothing.
func selected(sel types.Selector) func(*subject) bool {
	regex, err := types.NewSelectorRegex(&sel)
	if err != nil {
		return func(*subject) bool { return false }
	}
	return func(s *subject) bool {
		return slices.ContainsFunc(s.names, regex.MatchName) &&
			slices.ContainsFunc(s.ids, func(k manifest.Key) bool {
				return regex.MatchGvk(gvk(k)) && (regex.MatchNamespace(k.Namespace) || k.Namespace == "" && regex.MatchNamespace("default"))
			}) &&
			s.hasLabels(sel.LabelSelector, "labels") && s.hasLabels(sel.AnnotationSelector, "annotations")
	}
}

// hasLabels reports whether the labels, or annotations, of before or after match.
func (s *subject) hasLabels(selector, field string) bool {
	if selector == "" {
		return true
	}
	sel, err := labels.Parse(selector)
	if err != nil {
		return false
	}
	for _, data := range []map[string]any{s.before, s.after} {
		set := labels.Set{}
		meta, _ := data["metadata"].(map[string]any)
		all, _ := meta[field].(map[string]any)
		for key, v := range all {
			set[key], _ = v.(string)
		}
		if data != nil && sel.Matches(set) {
			return true
		}
	}
	return false
}
