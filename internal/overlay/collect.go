package overlay

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// collector walks the kustomizations of an overlay that was built and lists, in
// Kustomize's order, what they do to the generated objects, and the documents
// that they add.
type collector struct {
	root  *file
	base  string
	files map[string]*file // by directory
	done  map[*file]bool
	edits []edit
	added []addition
}

// addition is an object that a kustomization reads from a file or generates.
type addition struct {
	source
	doc *yaml.Node
}

// collect starts at the overlay's own kustomization.
func collect(base string, files []*file) *collector {
	c := &collector{root: files[0], base: base, files: map[string]*file{}, done: map[*file]bool{}}
	for _, f := range files {
		c.files[f.dir] = f
	}
	c.file(files[0], true)
	return c
}

// file lists what a kustomization does, that of its resources and components
// first. over says that it stands over the generated objects; the patches of one
// that does not are for objects that it brings itself.
func (c *collector) file(f *file, over bool) {
	if c.done[f] {
		return
	}
	c.done[f] = true
	for _, path := range f.k.Resources {
		switch sub := c.sub(f, path); {
		case sub != nil:
			c.file(sub, c.overBase(sub, nil))
		case !c.isBase(f, path):
			text := f.read(path)
			for _, doc := range text.docs {
				c.added = append(c.added, addition{source: text, doc: doc})
			}
		}
	}
	for _, g := range f.generators() {
		c.added = append(c.added, addition{source: f.own(), doc: g.doc})
		c.keep(over, g.edit)
	}
	for _, path := range f.k.Components {
		if sub := c.sub(f, path); sub != nil {
			c.file(sub, over || c.overBase(sub, nil))
		}
	}
	c.keep(over, f.edits()...)
}

func (c *collector) keep(over bool, edits ...edit) {
	if over {
		c.edits = append(c.edits, edits...)
	}
}

// sub is the kustomization in a directory that another names.
func (c *collector) sub(f *file, path string) *file {
	real, err := filepath.EvalSymlinks(filepath.Join(f.dir, path))
	if err != nil || c.isBase(f, path) {
		return nil
	}
	return c.files[real]
}

func (c *collector) isBase(f *file, path string) bool {
	abs := filepath.Join(f.dir, path)
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	return abs == c.base
}

// overBase reports whether the generated objects are among a kustomization's
// resources.
func (c *collector) overBase(f *file, seen []*file) bool {
	if slices.Contains(seen, f) {
		return false
	}
	return slices.ContainsFunc(f.k.Resources, func(path string) bool {
		sub := c.sub(f, path)
		return c.isBase(f, path) || sub != nil && c.overBase(sub, append(seen, f))
	})
}

// edits are those of one kustomization, in the order in which Kustomize applies
// its fields (api v0.21.2, internal/target/kusttarget_configplugin.go).
func (f *file) edits() []edit {
	var out []edit
	for _, n := range items(value(f.node, "patchesStrategicMerge")) {
		out = append(out, patchEdits(f.patchText(n), nil, f.place(n))...)
	}
	for _, n := range items(value(f.node, "patches")) {
		out = append(out, f.patchEntry(n)...)
	}
	out = append(out, f.nameEdits()...)
	out = append(out, f.labelEdits()...)
	for _, n := range items(value(f.node, "patchesJson6902")) {
		out = append(out, f.patchEntry(n)...)
	}
	out = append(out, f.replicaEdits()...)
	out = append(out, f.imageEdits()...)
	return append(out, f.replacementEdits()...)
}

// patchEntry is an entry of patches.
func (f *file) patchEntry(n *yaml.Node) []edit {
	var target *types.Selector
	pos := f.place(n)
	if key, v := entry(n, "target"); key != nil {
		target, pos = new(decode[types.Selector](v)), f.place(key)
	}
	if path := value(n, "path"); text(path) != "" {
		return patchEdits(f.read(path.Value), target, pos)
	}
	if patch := value(n, "patch"); patch != nil {
		return patchEdits(f.inline(patch), target, pos)
	}
	return nil
}

// patchText is an entry of patchesStrategicMerge: a path, or the patch itself.
func (f *file) patchText(n *yaml.Node) source {
	if _, err := os.Stat(filepath.Join(f.dir, text(n))); err == nil && !strings.Contains(text(n), "\n") {
		return f.read(text(n))
	}
	return f.inline(plainNode(n))
}

// generated is a generator's entry: the object that it makes, and what it does to
// one that is there, with behavior.
type generated struct {
	doc  *yaml.Node
	edit edit
}

func (f *file) generators() []generated {
	var out []generated
	for _, kind := range []string{"ConfigMap", "Secret"} {
		field := strings.ToLower(kind[:1]) + kind[1:] + "Generator"
		for _, n := range items(value(f.node, field)) {
			key, name := entry(n, "name")
			if key == nil {
				continue
			}
			meta := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, name}}
			scalar := func(s string) *yaml.Node {
				return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: s, Line: name.Line, Column: name.Column}
			}
			doc := &yaml.Node{Kind: yaml.MappingNode, Line: name.Line, Column: name.Column, Content: []*yaml.Node{
				scalar("apiVersion"), scalar("v1"), scalar("kind"), scalar(kind), scalar("metadata"), meta,
			}}
			pos := f.place(name)
			out = append(out, generated{doc: doc, edit: edit{
				pos: pos, selects: selected(types.Selector{ResId: resID(kind, name.Value)}),
				sets: func(_ *subject, c change) (diag.Position, bool) {
					return pos, len(c.steps) > 0 && slices.Contains([]string{"data", "binaryData", "stringData"}, c.steps[0].key)
				},
			}})
		}
	}
	return out
}
