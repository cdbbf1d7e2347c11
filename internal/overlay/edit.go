package overlay

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// edit is what one entry of a kustomization does to objects.
type edit struct {
	pos diag.Position
	// selects reports whether the entry is for an object.
	selects func(*subject) bool
	// sets gives the place that sets a field of an object that is selected.
	sets func(*subject, change) (diag.Position, bool)
	// nothing is what to say where no object is selected; "" where Kustomize does.
	nothing string
	// merge is a strategic merge patch; nil for all else.
	merge *mergePatch
}

// mergePatch is one document of a strategic merge patch.
type mergePatch struct {
	source
	doc *yaml.Node
	// read are items of its lists, decoded: a patch with a target meets many objects.
	read map[*yaml.Node]any
}

func (m mergePatch) item(n *yaml.Node) any {
	if _, ok := m.read[n]; !ok {
		m.read[n] = decode[any](n)
	}
	return m.read[n]
}

// sets gives the place in the patch that says what a field is to be.
func (m mergePatch) sets(_ *subject, c change) (diag.Position, bool) {
	return m.follow(m.doc, c.steps, c.has)
}

// follow goes down from a node as far as it has the steps. A plain value on the way,
// null too, decides about all below it; a list without the item does if
// the item is gone.
func (s source) follow(n *yaml.Node, steps []step, has bool) (diag.Position, bool) {
	var key *yaml.Node
	n = plainNode(n)
	for _, next := range steps {
		switch {
		case n == nil:
			return diag.Position{}, false
		case n.Kind == yaml.ScalarNode:
			return s.at(key, n), true
		case n.Kind == yaml.SequenceNode:
			item := next.itemIn(n)
			if item == nil {
				return s.at(key, n), !has
			}
			key, n = nil, item
		default:
			k, v := entry(n, next.key)
			if k == nil {
				if k, v = entry(n, "$patch"); k == nil || v.Value == "merge" {
					return diag.Position{}, false
				}
				return s.at(k, v), true
			}
			key, n = k, v
		}
	}
	if n == nil {
		return diag.Position{}, false
	}
	return s.at(key, n), true
}

// patchEdits are the edits of a patch's text, which is a list of JSON patch
// operations or documents to merge. entry is the place that names the patch.
func patchEdits(text source, target *types.Selector, entry diag.Position) []edit {
	var out []edit
	selects, nothing := func(*subject) bool { return false }, ""
	if target != nil {
		selects, nothing = selected(*target), "the target of a patch matches no object"
	}
	for _, doc := range text.docs {
		e := edit{pos: entry, selects: selects, nothing: nothing}
		if ops := items(doc); ops != nil {
			e.sets = func(_ *subject, c change) (diag.Position, bool) { return text.operations(ops, c) }
			out = append(out, e)
			continue
		}
		m := &mergePatch{source: text, doc: doc, read: map[*yaml.Node]any{}}
		if target == nil {
			key := manifest.Object{Data: decode[map[string]any](doc)}.Key()
			e.selects = func(s *subject) bool { return s.is(key) }
		}
		e.merge, e.sets = m, m.sets
		out = append(out, e)
	}
	return out
}

// operations gives the place of the JSON patch operation that sets a field: the
// last one whose path leads to it, from above or from below.
func (s source) operations(ops []*yaml.Node, c change) (diag.Position, bool) {
	for _, op := range slices.Backward(ops) {
		path := value(op, "path")
		tokens := pointer(text(path))
		common := 0
		valueKey, v := entry(op, "value")
		for common < min(len(tokens), len(c.steps)) && c.steps[common].isToken(tokens[common], common == len(tokens)-1, v) {
			common++
		}
		switch {
		case common == len(c.steps) && common < len(tokens):
			return s.place(path), true
		case common < len(tokens) || len(tokens) == 0:
			continue
		case v == nil: // remove, move, copy
			return s.place(path), true
		case common == len(c.steps):
			return s.at(valueKey, v), true
		}
		if pos, ok := s.follow(v, c.steps[common:], c.has); ok {
			return pos, true
		}
	}
	return diag.Position{}, false
}

// pointer splits a JSON pointer (RFC 6901).
func pointer(path string) []string {
	tokens := strings.Split(path, "/")
	for i, t := range tokens {
		tokens[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(t)
	}
	return tokens[min(1, len(tokens)):]
}

// isToken reports whether a token of a JSON pointer is the step. What was appended or
// put in between is known by its value.
func (s step) isToken(token string, last bool, added *yaml.Node) bool {
	if s.index < 0 {
		return token == s.key
	}
	if last && added != nil && token == "-" {
		return same(decode[any](added), s.item)
	}
	return token == strconv.Itoa(s.index)
}
