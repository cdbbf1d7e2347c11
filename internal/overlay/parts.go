package overlay

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// partSize is how many objects Kustomize is given at a time: its own time grows with
// the square of them, and every run costs what reading the overlay costs.
const partSize = 48

// maxName is the length of the longest name of an object.
const maxName = 253

// part is what one run of Kustomize is for, as indexes of the set.
type part struct {
	// members are the objects whose result is taken from this run.
	members []int
	// copies are objects that the run has to know: the overlay names them, or members
	// refer to them and names change.
	copies []int
}

// whole is one part for all.
func whole(set manifest.Set) part {
	out := part{members: make([]int, len(set))}
	for i := range set {
		out.members[i] = i
	}
	return out
}

// divide makes parts of a set that Kustomize gives the same result for as for the
// whole: what an overlay does to an object must hang on nothing but the object, on
// what the overlay's own words name, and, where it changes names, on what the object refers to. There
// is one part where that is not so, or where the set is small.
func divide(set manifest.Set, files []*file, words map[string]bool, size int) []part {
	all := whole(set)
	if slices.ContainsFunc(files, func(f *file) bool { return !f.apart() }) {
		return []part{all}
	}
	d := divider{set: set, byName: map[string][]int{}}
	for i, o := range set {
		name := o.Key().Name
		d.byName[name] = append(d.byName[name], i)
	}
	d.renames = slices.ContainsFunc(files, (*file).renames)
	if d.renames && (words["annotations"] || words["/metadata/annotations"]) {
		return []part{all} // an object that loses its tag and its name is known by neither
	}
	for _, f := range files {
		d.affixes = append(d.affixes, f.k.NamePrefix, f.k.NameSuffix)
	}
	d.affixes = slices.DeleteFunc(d.affixes, func(s string) bool { return s == "" })
	named := d.named(words)
	// An object and those that belong to it have names that begin the same.
	slices.SortStableFunc(all.members, func(a, b int) int {
		ka, kb := set[a].Key(), set[b].Key()
		return cmp.Or(cmp.Compare(ka.Namespace, kb.Namespace), cmp.Compare(ka.Name, kb.Name))
	})
	var parts []part
	work := 0
	for members := range slices.Chunk(all.members, max(size, 2*len(named))) {
		p := part{members: members, copies: d.known(members, named)}
		work += len(p.copies)
		parts = append(parts, p)
	}
	if work > 4*len(set) { // nearly all is named, or refers to nearly all
		return []part{all}
	}
	return parts
}

// apart reports whether a kustomization has nothing but fields that change each object by
// itself, or add objects. Fields that are not known are none of these, and neither are
// deprecated ones: Kustomize would say so on standard error for every part.
func (f *file) apart() bool {
	k := f.k
	k.TypeMeta, k.MetaData, k.SortOptions = types.TypeMeta{}, nil, nil
	k.Resources, k.Components = nil, nil
	k.NamePrefix, k.NameSuffix, k.Namespace = "", "", ""
	k.Labels, k.CommonAnnotations, k.Images, k.Replicas, k.Patches = nil, nil, nil, nil, nil
	k.ConfigMapGenerator, k.SecretGenerator, k.GeneratorOptions, k.Configurations = nil, nil, nil, nil
	return !f.deprecated && reflect.ValueOf(k).IsZero() && !f.movesNames()
}

// movesNames reports whether a patch may change what an object is known by.
func (f *file) movesNames() bool {
	return slices.ContainsFunc(f.patches(), func(p types.Patch) bool {
		if p.Options != nil && (p.Options.AllowNameChange || p.Options.AllowKindChange) {
			return true
		}
		return slices.ContainsFunc(f.patchDocuments(p), func(doc *yaml.Node) bool {
			return slices.ContainsFunc(items(doc), func(op *yaml.Node) bool { return isIdentity(op, "path") || isIdentity(op, "from") })
		})
	})
}

// isIdentity reports whether a JSON pointer of an operation is that of what an object is known by, or
// of a map that has it.
func isIdentity(op *yaml.Node, field string) bool {
	n := value(op, field)
	if n == nil {
		return false
	}
	pointer := n.Value
	return slices.Contains([]string{"", "/", "/metadata", "/metadata/name", "/metadata/namespace", "/kind", "/apiVersion"}, pointer)
}

// patchDocuments are the YAML documents of a patch's file or text.
func (f *file) patchDocuments(p types.Patch) []*yaml.Node {
	var out []*yaml.Node
	if p.Path != "" {
		out = f.read(p.Path).docs
	}
	return append(out, nodes([]byte(p.Patch))...)
}

// renames reports whether a kustomization changes names or namespaces of objects.
func (f *file) renames() bool { return f.k.NamePrefix+f.k.NameSuffix+f.k.Namespace != "" }

// makesNames reports whether there are names in the result that the set does not have.
func (f *file) makesNames() bool {
	return f.renames() || len(f.k.ConfigMapGenerator)+len(f.k.SecretGenerator) > 0
}

// scalars calls do for every key and value of YAML, also of text that is YAML again.
func scalars(n *yaml.Node, do func(string)) {
	if n.Kind == yaml.ScalarNode {
		do(n.Value)
		for _, inner := range texts(n, nil) {
			for _, doc := range nodes([]byte(inner)) {
				if doc.Kind != yaml.ScalarNode { // a text that is a text for YAML too
					scalars(doc, do)
				}
			}
		}
	}
	for _, c := range n.Content {
		scalars(c, do)
	}
}

// divider finds what the parts of a set have to know.
type divider struct {
	set     manifest.Set
	byName  map[string][]int
	renames bool
	affixes []string // prefixes and suffixes
}

// words are all texts of an overlay: keys and values of its kustomizations and of the files
// that they name.
func words(files []*file) map[string]bool {
	out := map[string]bool{}
	add := func(docs []*yaml.Node) {
		for _, doc := range docs {
			scalars(doc, func(s string) { out[s] = true })
		}
	}
	for _, f := range files {
		if f.node != nil {
			add([]*yaml.Node{f.node})
		}
		for _, p := range f.patches() {
			add(f.patchDocuments(p))
		}
		for _, path := range f.k.Resources {
			add(f.read(path).docs)
		}
	}
	return out
}

// named are the objects whose name is a text of the overlay, or a part of one where
// names change: between two kustomizations an object has a name that is neither the
// first nor the last.
func (d divider) named(words map[string]bool) map[int]bool {
	out := map[int]bool{}
	add := func(name string) {
		for _, i := range d.byName[name] {
			out[i] = true
		}
	}
	for s := range words {
		add(s)
		if !d.renames || len(s) > maxName {
			continue
		}
		for from := range len(s) {
			for to := from + 1; to <= len(s); to++ {
				add(s[from:to])
			}
		}
	}
	return out
}

// known are the objects that a run for some has to know beside them: what the overlay
// names, and where names change all whose name is a text of one that the run knows.
func (d divider) known(members []int, named map[int]bool) []int {
	known := make(map[int]bool, len(members)+len(named))
	queue := slices.Clone(members)
	for _, i := range members {
		known[i] = true
	}
	add := func(i int) {
		if !known[i] {
			known[i] = true
			queue = append(queue, i)
		}
	}
	for i := range named {
		add(i)
	}
	for d.renames && len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		d.referred(d.set[i].Data, add)
	}
	for _, i := range members {
		delete(known, i)
	}
	return slices.Sorted(maps.Keys(known))
}

// referred calls add for every object whose name is a text of data.
func (d divider) referred(data any, add func(int)) {
	switch v := data.(type) {
	case string:
		for _, i := range d.byName[v] {
			add(i)
		}
		// A reference may name what an object is called between two of the overlay's steps.
		if len(v) <= maxName && slices.ContainsFunc(d.affixes, func(s string) bool { return strings.Contains(v, s) }) {
			for from := range len(v) {
				for to := from + 1; to <= len(v); to++ {
					for _, i := range d.byName[v[from:to]] {
						add(i)
					}
				}
			}
		}
	case []any:
		for _, item := range v {
			d.referred(item, add)
		}
	case map[string]any:
		for _, item := range v {
			d.referred(item, add)
		}
	}
}

// objects are the members and copies of a part, in the order of the set.
func (p part) objects() []int {
	return slices.Sorted(func(yield func(int) bool) {
		for _, list := range [][]int{p.members, p.copies} {
			for _, i := range list {
				if !yield(i) {
					return
				}
			}
		}
	})
}
