package overlay

import (
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
)

func every(*subject) bool { return true }

// resID selects by kind and name, each as it reads.
func resID(kind, name string) resid.ResId {
	return resid.ResId{Gvk: resid.Gvk{Kind: regexp.QuoteMeta(kind)}, Name: regexp.QuoteMeta(name)}
}

// nameEdits are namespace, namePrefix and nameSuffix: they set names, and the
// references to them.
func (f *file) nameEdits() []edit {
	var out []edit
	for _, field := range []string{"namespace", "namePrefix", "nameSuffix"} {
		n := value(f.node, field)
		if text(n) == "" {
			continue
		}
		pos := f.place(n)
		out = append(out, edit{pos: pos, selects: every, sets: func(_ *subject, c change) (diag.Position, bool) {
			before, _ := c.before.(string)
			after, ok := c.after.(string)
			switch field {
			case "namespace":
				return pos, ok && after == n.Value
			case "namePrefix":
				return pos, before != "" && strings.Contains(after, n.Value+before)
			default:
				return pos, before != "" && strings.Contains(after, before+n.Value)
			}
		}})
	}
	return out
}

// labelEdits are labels, commonLabels and commonAnnotations: they set keys of maps
// of labels, selectors or annotations.
func (f *file) labelEdits() []edit {
	var out []edit
	for _, n := range items(value(f.node, "labels")) {
		e := f.pairs(value(n, "pairs"), "labels", "matchLabels", "selector")
		e.pos = f.place(n)
		specs := items(value(n, "fields"))
		if len(specs) > 0 {
			e.pos = f.place(specs[0])
			e.nothing = "the fields of labels are of no object"
			inner := e.sets
			var specific []func(*subject) bool
			for _, spec := range specs {
				gvk := decode[types.FieldSpec](spec).Gvk
				specific = append(specific, selected(types.Selector{ResId: resid.ResId{Gvk: gvk}}))
			}
			e.selects = func(s *subject) bool {
				return slices.ContainsFunc(specific, func(is func(*subject) bool) bool { return is(s) })
			}
			// metadata.labels is set of all objects.
			out = append(out, edit{pos: e.pos, selects: every, sets: inner})
		}
		out = append(out, e)
	}
	if n := value(f.node, "commonLabels"); n != nil {
		out = append(out, f.pairs(n, "labels", "matchLabels", "selector"))
	}
	if n := value(f.node, "commonAnnotations"); n != nil {
		out = append(out, f.pairs(n, "annotations"))
	}
	return out
}

// pairs sets the keys of a map in every map of one of the names.
func (f *file) pairs(n *yaml.Node, fields ...string) edit {
	return edit{pos: f.place(n), selects: every, sets: func(_ *subject, c change) (diag.Position, bool) {
		if len(c.steps) < 2 || !slices.Contains(fields, c.steps[len(c.steps)-2].key) {
			return diag.Position{}, false
		}
		key, v := entry(n, c.steps[len(c.steps)-1].key)
		if key == nil || v.Value != c.after {
			return diag.Position{}, false
		}
		return f.place(v), true
	}}
}

// replicaEdits are those of replicas; Kustomize refuses one without an object.
func (f *file) replicaEdits() []edit {
	var out []edit
	for _, n := range items(value(f.node, "replicas")) {
		name, count := value(n, "name"), value(n, "count")
		if name == nil || count == nil {
			continue
		}
		pos := f.place(count)
		out = append(out, edit{
			pos: pos, selects: func(s *subject) bool { return slices.Contains(s.names, name.Value) },
			sets: func(_ *subject, c change) (diag.Position, bool) {
				return pos, len(c.steps) > 0 && c.steps[len(c.steps)-1].key == "replicas"
			},
		})
	}
	return out
}

// imageEdits are those of images.
func (f *file) imageEdits() []edit {
	var out []edit
	for _, n := range items(value(f.node, "images")) {
		image := decode[types.Image](n)
		name := value(n, "name")
		if name == nil {
			continue
		}
		pos := f.place(n)
		is := func(v any) bool {
			found := imageName(v)
			return found != "" && (found == image.Name || found == image.NewName)
		}
		out = append(out, edit{
			pos: f.place(name), nothing: "no object has the image " + image.Name,
			selects: func(s *subject) bool { return hasImage(s.before, is) || hasImage(s.after, is) },
			sets:    func(_ *subject, c change) (diag.Position, bool) { return pos, is(c.after) },
		})
	}
	return out
}

// imageName is an image without its tag and digest.
func imageName(v any) string {
	s, _ := v.(string)
	s, _, _ = strings.Cut(s, "@")
	if i := strings.LastIndex(s, ":"); i > strings.LastIndex(s, "/") {
		s = s[:i]
	}
	return s
}

// hasImage looks for an image under the keys that hold one.
func hasImage(v any, is func(any) bool) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			if strings.Contains(key, "image") || key == "reference" {
				if is(item) {
					return true
				}
			}
			if hasImage(item, is) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return hasImage(item, is) })
	}
	return false
}

// replacementEdits are those of replacements, a target each; they may stand in a
// file, as one or a list.
func (f *file) replacementEdits() []edit {
	var out []edit
	for _, n := range items(value(f.node, "replacements")) {
		from, all := f.own(), []*yaml.Node{n}
		if path := text(value(n, "path")); path != "" {
			from, all = f.read(path), nil
			for _, doc := range from.docs {
				if list := items(doc); list != nil {
					all = append(all, list...)
				} else {
					all = append(all, doc)
				}
			}
		}
		for _, replacement := range all {
			for _, target := range items(value(replacement, "targets")) {
				out = append(out, replacementEdit(from, target))
			}
		}
	}
	return out
}

func replacementEdit(from source, n *yaml.Node) edit {
	target := decode[types.TargetSelector](n)
	e := edit{pos: from.place(n), nothing: "the target of a replacement matches no object"}
	if key, _ := entry(n, "select"); key != nil {
		e.pos = from.place(key)
	}
	wanted, rejected := func(*subject) bool { return false }, []func(*subject) bool(nil)
	if target.Select != nil {
		wanted = selected(*target.Select)
	}
	for _, r := range target.Reject {
		rejected = append(rejected, selected(*r))
	}
	e.selects = func(s *subject) bool {
		return wanted(s) && !slices.ContainsFunc(rejected, func(is func(*subject) bool) bool { return is(s) })
	}
	paths := items(value(n, "fieldPaths"))
	e.sets = func(_ *subject, c change) (diag.Position, bool) {
		for _, path := range paths {
			if isFieldPath(text(path), c.steps) {
				return from.place(path), true
			}
		}
		return diag.Position{}, len(paths) == 0 && isFieldPath(types.DefaultReplacementFieldPath, c.steps)
	}
	return e
}
