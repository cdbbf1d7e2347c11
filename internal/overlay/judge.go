package overlay

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// judge finds what Kustomize does in silence and nobody means: entries that match
// nothing, and patches that drop items of lists.
func (t *tracer) judge(opts Options) diag.List {
	var out diag.List
	for _, e := range t.edits {
		found := false
		for _, s := range t.subjects {
			if !e.selects(s) {
				continue
			}
			found = true
			if e.merge != nil && s.before != nil && s.after != nil {
				out = append(out, t.drops(*e.merge, s)...)
			}
		}
		if !found && e.nothing != "" && !opts.Partial {
			out = append(out, diag.Finding{
				Code: diag.CodeOverlayNothing, Severity: diag.Warning, Pos: e.pos, Message: e.nothing,
				Hint: "correct what it is for, or take it out; names and kinds are matched as whole words or regular expressions",
			})
		}
	}
	return out.Sorted()
}

// drops finds the lists of maps that a patch gives and by which items of before are
// gone that no patch deletes in so many words.
func (t *tracer) drops(m mergePatch, s *subject) diag.List {
	var out diag.List
	var walk func(key, n *yaml.Node, before, after any, path []string)
	walk = func(key, n *yaml.Node, before, after any, path []string) {
		n = plainNode(n)
		switch {
		case n.Kind == yaml.MappingNode && value(n, "$patch") == nil:
			old, _ := before.(map[string]any)
			now, _ := after.(map[string]any)
			for i := 0; i+1 < len(n.Content); i += 2 {
				name := n.Content[i].Value
				walk(n.Content[i], n.Content[i+1], old[name], now[name], append(slices.Clone(path), name))
			}
		case n.Kind == yaml.SequenceNode:
			old, _ := before.([]any)
			now, _ := after.([]any)
			if lost := t.lost(n, s, old, now, path); len(lost) > 0 {
				out = append(out, dropped(m.place(key), s, path, lost))
				return
			}
			for i, item := range n.Content {
				named := step{item: m.item(item)}
				was, _ := named.in(before)
				is, _ := named.in(after)
				walk(nil, item, was, is, append(slices.Clone(path), fmt.Sprint(i)))
			}
		}
	}
	walk(nil, m.doc, s.before, s.after, nil)
	return out
}

// lost names the maps of a list that are gone, and what is gone of containers that
// are still there by name.
func (t *tracer) lost(n *yaml.Node, s *subject, before, after []any, path []string) []string {
	if slices.ContainsFunc(items(n), func(item *yaml.Node) bool { return text(value(item, "$patch")) == "replace" }) {
		return nil
	}
	containers := strings.HasSuffix(strings.ToLower(path[len(path)-1]), "containers")
	var out []string
	for i, item := range before {
		old, ok := item.(map[string]any)
		if !ok {
			continue
		}
		name := itemName(item)
		at := slices.IndexFunc(after, func(now any) bool { return same(now, item) })
		switch {
		case at < 0 && t.deleted(s, path, step{key: name, index: i, item: item}):
		case at < 0 && name == "":
			out = append(out, fmt.Sprintf("item %d", i))
		case at < 0:
			out = append(out, name)
		case containers:
			now, _ := after[at].(map[string]any)
			out = append(out, lostFields(name, old, now, n)...)
		}
	}
	return out
}

// deleted reports whether a patch says that an item of a list is to go: by $patch,
// or as a JSON patch.
func (t *tracer) deleted(s *subject, path []string, item step) bool {
	c := s.change(path)
	c.steps, c.had, c.has = append(c.steps, item), true, false
	return slices.ContainsFunc(t.edits, func(e edit) bool {
		if !e.selects(s) {
			return false
		}
		if e.merge == nil {
			_, ok := e.sets(s, c)
			return ok
		}
		return slices.ContainsFunc(items(value(e.merge.doc, path...)), func(n *yaml.Node) bool {
			return value(n, "$patch") != nil && same(withoutDirective(n), item.item)
		})
	})
}

// lostFields names the fields that a container has no more and that the patch does
// not set to null.
func lostFields(name string, before, after map[string]any, list *yaml.Node) []string {
	var patch *yaml.Node
	for _, item := range items(list) {
		if text(value(item, "name")) == name {
			patch = item
		}
	}
	var out []string
	for key := range before {
		if _, there := after[key]; !there && value(patch, key) == nil {
			out = append(out, name+"."+key)
		}
	}
	slices.Sort(out)
	return out
}

// withoutDirective is an item without its $patch.
func withoutDirective(n *yaml.Node) any {
	item := decode[map[string]any](n)
	delete(item, "$patch")
	return item
}

func dropped(pos diag.Position, s *subject, path, lost []string) diag.Finding {
	field := path[len(path)-1]
	shown := lost
	if len(lost) > 4 {
		shown = append(slices.Clone(lost[:3]), fmt.Sprintf("%d more", len(lost)-3))
	}
	return diag.Finding{
		Code: diag.CodeOverlayDropped, Severity: diag.Warning, Pos: pos, Path: diag.PathString(path), Object: s.key().String(),
		Message: fmt.Sprintf("the patch replaces %s: gone are %s", field, strings.Join(shown, ", ")),
		Hint: fmt.Sprintf("give the whole list, or change one item with a JSON patch (op: add, path: %s/-); "+
			"if they are to go, say so with `op: replace`", jsonPointer(path)),
	}
}

func jsonPointer(path []string) string {
	var b strings.Builder
	for _, key := range path {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
	}
	return b.String()
}
