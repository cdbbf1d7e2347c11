package overlay

import (
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// tracer knows the objects before and after an overlay, and what each entry of the
// overlay does.
type tracer struct {
	edits []edit
	added []addition
	// subjects are the objects of the result, in its order, then those that are gone.
	subjects []*subject
	// whole is the place of what no entry is known to have done.
	whole diag.Position
	dir   string // as the user names it
}

// by marks a place as one of the overlay's.
func (t *tracer) by(pos diag.Position) diag.Position {
	pos.Overlay = t.dir
	return pos
}

func trace(c *collector, before, after manifest.Set, from []int) *tracer {
	t := &tracer{edits: c.edits, added: c.added, whole: c.root.place(nil), dir: filepath.Dir(c.root.shown)}
	stays := make([]bool, len(before))
	for i, o := range after {
		var old map[string]any
		if from[i] >= 0 {
			old, stays[from[i]] = before[from[i]].Data, true
		}
		t.subjects = append(t.subjects, newSubject(old, o.Data))
	}
	for i, o := range before {
		if !stays[i] {
			t.subjects = append(t.subjects, newSubject(o.Data, nil))
		}
	}
	return t
}

// locate sets Locate of every object of the result.
func (t *tracer) locate(out manifest.Set, opts Options) {
	for i := range out {
		o, s := &out[i], t.subjects[i]
		if s.before == nil {
			written := t.written(s)
			o.Origin.Pos = t.by(written.pos)
			o.Origin.Locate = func(field []string) (string, diag.Position) {
				if pos, ok := t.find(s, s.change(field)); ok {
					return diag.PathString(field), t.by(pos)
				}
				return diag.PathString(field), t.by(written.field(field))
			}
			continue
		}
		old := o.Origin.Field
		if opts.Relocate != nil {
			if relocated := opts.Relocate(*o); relocated != nil {
				old = func(field ...string) (string, diag.Position) { return relocated(field) }
			}
		} else if locate := o.Origin.Locate; locate != nil {
			old = func(field ...string) (string, diag.Position) { return locate(field) }
		}
		o.Origin.Locate = func(field []string) (string, diag.Position) {
			c := s.change(field)
			if len(c.steps) == 0 || !c.changed() {
				return old(field...)
			}
			if pos, ok := t.find(s, c); ok {
				return diag.PathString(field), t.by(pos)
			}
			return diag.PathString(field), t.by(t.whole)
		}
	}
}

// find gives the place of the last entry that sets a field.
func (t *tracer) find(s *subject, c change) (diag.Position, bool) {
	for _, e := range slices.Backward(t.edits) {
		if !e.selects(s) {
			continue
		}
		if pos, ok := e.sets(s, c); ok {
			return pos, true
		}
	}
	return diag.Position{}, false
}

// written is where an object that the overlay adds is written down.
type written struct {
	source
	doc *yaml.Node
	pos diag.Position
}

// written finds the document of an added object: the one of its kind whose name is
// a part of the object's, and the longest of these.
func (t *tracer) written(s *subject) written {
	out, best := written{pos: t.whole}, -1
	key := s.key()
	for _, a := range t.added {
		name := text(value(a.doc, "metadata", "name"))
		if text(value(a.doc, "kind")) == key.Kind && strings.Contains(key.Name, name) && len(name) > best {
			out, best = written{source: a.source, doc: a.doc, pos: a.place(a.doc)}, len(name)
		}
	}
	return out
}

// field is the place of a field in the document, or of the nearest above it.
func (w written) field(field []string) diag.Position {
	pos, n := w.pos, w.doc
	for _, name := range field {
		var key *yaml.Node
		if list := items(n); list != nil {
			i := slices.IndexFunc(list, func(item *yaml.Node) bool { return itemName(decode[any](item)) == name })
			if at := itemAt(make([]any, len(list)), name); at >= 0 {
				i = at
			}
			if i < 0 {
				return pos
			}
			n = plainNode(list[i])
		} else if key, n = entry(n, name); n == nil {
			return pos
		}
		pos = w.at(key, n)
	}
	return pos
}
