package emit

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Tree is what a directory is to hold, by slash-separated path below it.
type Tree struct {
	// Files are ours: written, replaced and removed.
	Files map[string][]byte
	// Once are samples: each is made where nothing is, once, and is the user's from
	// then on, who may change it or throw it away.
	Once map[string][]byte
}

// Add puts a file of ours into the tree. The error is that the path is no path
// of its own below a directory.
func (t *Tree) Add(name string, data []byte) error {
	if !free(name, t.Files) || !free(name, t.Once) {
		return fmt.Errorf("file %q: not a path of its own below the directory", name)
	}
	if t.Files == nil {
		t.Files = map[string][]byte{}
	}
	t.Files[name] = data
	return nil
}

// free reports whether a file of that path may come to those that are there.
func free(name string, files map[string][]byte) bool {
	_, taken := files[name]
	return !taken && fs.ValidPath(name) && name != "." && name != manifest.InventoryFile
}

// Report says what WriteDir did, or would do: slash-separated paths below the
// directory, sorted. Written are the new ones and the Changed ones. The inventory
// is in none of the lists.
type Report struct {
	Written, Unchanged, Removed []string
	// Changed are those of Written in whose place there was another content.
	Changed []string
	// Refused says what stands in the way, by path; of CheckDir alone.
	Refused []string
	// Inventory is whether the inventory alone is not what it would be.
	Inventory bool
}

// Clean reports whether nothing is to be done.
func (r Report) Clean() bool {
	return len(r.Written)+len(r.Removed)+len(r.Refused) == 0 && !r.Inventory
}

// WriteDir makes dir hold the tree and nothing else of ours. dir is made if it
// is not there; dir itself may be a link to a directory.
//
// The inventory file (manifest.InventoryFile) lists what we wrote with its
// SHA-256, in sha256sum's format. Files of an earlier run that are no longer
// produced are removed. Nothing of the user's is lost: a file in our way that
// we did not write, and one of ours that was changed since, are refused, all of
// them named in one error, before anything is written. No path leaves dir, not
// even through a link within it. Each file is replaced whole or not at all, and a
// run that was interrupted is mended by the next. Files whose content stays are
// not touched.
func WriteDir(dir string, tree Tree) (Report, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Report{}, fmt.Errorf("output directory: %w", err)
	}
	return within(dir, tree, func(root *os.Root, p *plan) error { return p.run(root) })
}

// CheckDir says what WriteDir would do, and does nothing. What WriteDir would
// refuse is in the report; a directory that is not there holds nothing.
func CheckDir(dir string, tree Tree) (Report, error) {
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		all := append(slices.Collect(maps.Keys(tree.Files)), slices.Collect(maps.Keys(tree.Once))...)
		return Report{Written: slices.Sorted(slices.Values(all)), Inventory: true}, nil
	}
	return within(dir, tree, nil)
}

// within makes the plan of a directory, and does something with it; nil for
// nothing, and what stands in the way is no error then.
func within(dir string, tree Tree, do func(*os.Root, *plan) error) (report Report, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, fmt.Errorf("output directory: %w", err)
	}
	defer func() {
		if closeErr := root.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			err = fmt.Errorf("output directory %q: %w", dir, err)
		}
	}()
	p, err := makePlan(root, tree)
	if err != nil {
		return Report{}, err
	}
	if do == nil {
		return p.report(), nil
	}
	if err := p.refusal(); err != nil {
		return Report{}, err
	}
	if err := do(root, p); err != nil {
		return Report{}, err
	}
	return p.report(), nil
}

// Flat is one file an object: NAMESPACE/KIND-NAME.yaml, and _cluster/KIND-NAME.yaml
// for those without a namespace. The error says which object is there twice or
// cannot be written.
func Flat(set manifest.Set) (Tree, error) {
	_, tree, err := Files(set, func(o manifest.Object) string { return namespaceDir(o.Key()) })
	return tree, err
}

// Files lays each object into a file of its own, KIND-NAME.yaml in the folder
// that dir gives. It returns the path of each object too. The error is that an
// object is there twice or cannot be written.
func Files(set manifest.Set, dir func(manifest.Object) string) ([]string, Tree, error) {
	names := paths(set, dir)
	tree := Tree{Files: make(map[string][]byte, len(set))}
	var fast writer
	for i, o := range set {
		if _, ok := tree.Files[names[i]]; ok {
			return nil, Tree{}, fmt.Errorf("%s %s: twice in the output", o.Key().APIVersion, o.Key())
		}
		doc, err := fast.object(o)
		if err != nil {
			return nil, Tree{}, err
		}
		tree.Files[names[i]] = bytes.Clone(doc)
	}
	return names, tree, nil
}

// parents gives the directories above a path, deepest first, without the root.
func parents(name string) []string {
	var out []string
	for d := path.Dir(name); d != "."; d = path.Dir(d) {
		out = append(out, d)
	}
	return out
}
