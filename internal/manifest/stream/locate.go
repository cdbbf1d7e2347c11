package stream

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/pack"
)

// source finds places in a document. Of its text it keeps a packed form, and
// of what it reads in it nothing: most objects have no findings, and those that
// have get them one behind the other, for which the keeper remembers it.
type source struct {
	doc    Document // without its text
	packed pack.Packed
	keeper *keeper
}

// keeper is what the documents of one stream share.
type keeper struct {
	packer pack.Packer

	lock   sync.Mutex
	recent []reading // those asked for last, the newest first
}

// remembered is how many documents a keeper remembers: more than goroutines
// work on at a time.
const remembered = 16

// reading is the top place of a document; nil if the text cannot be read.
type reading struct {
	of  *source
	top *place
}

// source makes a document able to find places after its text is gone.
func (d *Document) source() (*source, error) {
	s := &source{doc: *d, keeper: d.keeper}
	if s.keeper == nil {
		s.keeper = &keeper{}
	}
	s.doc.Text, s.doc.tags = nil, nil
	packed, err := s.keeper.packer.Pack(d.Text)
	s.packed = packed
	return s, err
}

// read parses the document again, unless it was asked for a moment ago.
func (s *source) read() *place {
	k := s.keeper
	k.lock.Lock()
	if i := slices.IndexFunc(k.recent, func(r reading) bool { return r.of == s }); i >= 0 {
		top := k.recent[i].top
		k.lock.Unlock()
		return top
	}
	k.lock.Unlock()
	var top *place
	doc := s.doc
	text, err := k.packer.Open(s.packed)
	if err == nil {
		doc.Text = text
		if node, err := doc.parse(); err == nil && node != nil {
			b := placer{doc: &doc, built: map[*yaml.Node]*place{}}
			top = b.place(node, nil)
		}
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	k.recent = append([]reading{{s, top}}, k.recent[:min(len(k.recent), remembered-1)]...)
	return top
}

// place is a value in the text.
type place struct {
	line, column int32 // where to show it
	list         bool
	entries      []entry
}

// entry is a member of a mapping, an item of a list, or a mapping that a `<<`
// names.
type entry struct {
	key   string
	merge bool
	*place
}

// locate returns the path and the place of a field of the object that stands at
// a path of the document. The path is that of the field, from the object, even
// if it is not there; the place is then that of the nearest one above it that is.
func (s *source) locate(object, field []string) (string, diag.Position) {
	at := s.read()
	if at == nil {
		return diag.PathString(field), s.doc.at(1, 1)
	}
	for _, step := range object {
		if next, _ := at.child(step); next != nil {
			at = next
		}
	}
	path := make([]string, 0, len(field))
	for i, step := range field {
		next, name, whole := at.step(step)
		if next != nil {
			at = next
		}
		if next == nil || !whole {
			path = append(path, field[i:]...)
			break
		}
		path = append(path, name)
	}
	return diag.PathString(path), s.doc.at(int(at.line), int(at.column))
}

// step follows one step of a field. A step with dots may be written as nested
// mappings; if a part of it alone is there, whole is false.
func (p *place) step(step string) (next *place, name string, whole bool) {
	if next, name := p.child(step); next != nil {
		return next, name, true
	}
	if !strings.Contains(step, ".") {
		return nil, "", false
	}
	next, depth := p.nested(step)
	return next, step, next != nil && depth == len(step)
}

// child returns the member of a key, the item of an index, or the item whose
// name is step. The name is the step as it stands in a path.
func (p *place) child(step string) (*place, string) {
	if !p.list {
		return p.member(step), step
	}
	if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(p.entries) {
		return p.entries[i].place, step
	}
	for i, item := range p.entries {
		if slices.ContainsFunc(item.entries, func(e entry) bool { return e.key == nameKey+step }) {
			return item.place, strconv.Itoa(i)
		}
	}
	return nil, ""
}

// nameKey marks the entry that says the name of a list's item. No key of YAML
// text starts with it, since NUL is not allowed there.
const nameKey = "\x00name="

// member returns the member of a mapping: the last one counts, and a `<<` goes
// over what stands above it.
func (p *place) member(key string) *place {
	for _, e := range slices.Backward(p.entries) {
		if !e.merge && e.key == key {
			return e.place
		}
		if e.merge {
			if found := e.member(key); found != nil {
				return found
			}
		}
	}
	return nil
}

// nested finds a dotted key that is written as nested mappings, in part or as a
// whole: a.b.c as a: {b.c: …}. It returns the deepest place that is there, and
// how many bytes of the key lead to it.
func (p *place) nested(key string) (best *place, depth int) {
	for end := 0; end <= len(key); end++ {
		if end < len(key) && key[end] != '.' {
			continue
		}
		next := p.member(key[:end])
		if next == nil {
			continue
		}
		if end == len(key) {
			return next, end
		}
		if depth < end {
			best, depth = next, end
		}
		if deeper, more := next.nested(key[end+1:]); deeper != nil && end+1+more > depth {
			best, depth = deeper, end+1+more
		}
		if depth == len(key) {
			break
		}
	}
	return best, depth
}

// placer turns the parser's nodes into places. An anchored node is made once
// and shared by its aliases.
type placer struct {
	doc   *Document
	built map[*yaml.Node]*place
}

// place makes the place of a value: a scalar's own, but of what has nothing of
// its own to show, and of lists and mappings, that of the key.
func (b *placer) place(n, key *yaml.Node) *place {
	shown, value := n, target(n)
	if key != nil && (value.Kind != yaml.ScalarNode || value.Value == "" && isPlain(value)) {
		shown = key
	}
	at := place{line: int32(shown.Line), column: int32(shown.Column)} //nolint:gosec // bounded by MaxSize
	if done := b.built[value]; done != nil {
		at.list, at.entries = done.list, done.entries
		return &at
	}
	switch value.Kind {
	case yaml.SequenceNode:
		at.list, at.entries = true, make([]entry, len(value.Content))
		for i, item := range value.Content {
			at.entries[i].place = b.place(item, nil)
		}
	case yaml.MappingNode:
		at.entries = b.members(value)
	default:
	}
	if value.Anchor != "" {
		b.built[value] = &at
	}
	return &at
}

func (b *placer) members(n *yaml.Node) []entry {
	entries := make([]entry, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !b.doc.json && isMerge(key) {
			sources := []*yaml.Node{value}
			if value.Kind == yaml.SequenceNode {
				sources = value.Content
			}
			for _, source := range slices.Backward(sources) {
				entries = append(entries, entry{merge: true, place: b.place(source, nil)})
			}
			continue
		}
		name, ok := keyText(b.doc, key)
		if !ok {
			continue
		}
		entries = append(entries, entry{key: name, place: b.place(value, key)})
		if text := target(value); name == "name" && text.Kind == yaml.ScalarNode {
			entries = append(entries, entry{key: nameKey + text.Value})
		}
	}
	return entries
}
