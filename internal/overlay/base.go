package overlay

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// objectsFile is the name of the one file of the base in memory.
const objectsFile = "generated-objects.yaml"

// mount says how the overlay meets the generated objects.
type mount struct {
	base string // absolute path at which the objects are served
	root string // absolute path of the kustomization that is built
	top  string // absolute path below which all is in memory
	// component is the overlay's path relative to root, where root is ours.
	component string
	// configuration says which fields of Flink's kinds are names, images and labels.
	configuration []byte
}

// mounted finds the place of the generated base: a finding if there is none,
// or more than one.
func (f *file) mounted() (mount, diag.List) {
	if f.k.Kind == types.ComponentKind {
		// A kustomization of ours beside the overlay: Kustomize takes relative
		// paths alone.
		root := filepath.Join(filepath.Dir(f.dir), ".helm-flink-overlay")
		return mount{base: filepath.Join(root, "base"), root: root, top: root, component: "../" + filepath.Base(f.dir)}, nil
	}
	written, missing, above := f.candidates()
	found := written
	if len(found) == 0 {
		found = missing
	}
	if len(found) == 1 {
		path := filepath.Join(f.dir, found[0])
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		return mount{base: path, root: f.dir, top: path}, nil
	}
	finding := diag.Finding{
		Code: diag.CodeOverlayBase, Severity: diag.Error, Pos: f.pos("resources"),
		Message: "no entry of resources stands for the generated objects",
		Hint: `add to resources a path at which nothing is, such as "../base", or the directory that ` +
			"`template --output-dir` wrote; or make it a Component (kind: Component), which needs no base",
	}
	switch {
	case len(found) > 1:
		finding.Pos = f.pos(found[1])
		finding.Message = fmt.Sprintf("%s could each stand for the generated objects: one entry must", quoted(found))
		finding.Hint = "the others must exist; correct their paths, or take them out"
	case len(above) > 0:
		finding.Pos = f.pos(above[0])
		finding.Message = fmt.Sprintf("%q, the generated objects, contains this overlay itself", above[0])
		finding.Hint = "put the overlay beside the generated directory, not into it"
	}
	return mount{}, diag.List{finding}
}

// candidates are the resources that could stand for the generated objects:
// directories that we wrote before, and relative paths at which nothing is. The
// directories that we wrote and that hold the overlay itself cannot.
func (f *file) candidates() (written, missing, above []string) {
	for _, entry := range f.k.Resources {
		if entry == "" || filepath.IsAbs(entry) || remote(entry) != "" {
			continue
		}
		path := filepath.Join(f.dir, entry)
		if real, err := filepath.EvalSymlinks(path); err == nil {
			switch {
			case !ours(real):
			case within(real, f.dir):
				above = append(above, entry)
			default:
				written = append(written, entry)
			}
		} else if os.IsNotExist(err) && !isFileName(entry) && !hostLike(entry) {
			missing = append(missing, entry)
		}
	}
	return written, missing, above
}

// ours reports whether we wrote a directory before, or wrote it as the base
// in one.
func ours(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, manifest.InventoryFile))
	if err != nil && filepath.Base(dir) == manifest.BaseDir {
		_, err = os.Lstat(filepath.Join(filepath.Dir(dir), manifest.InventoryFile))
	}
	return err == nil
}

// fileSystem lays the objects, one JSON document each, and what leads to them
// over the disk.
func (m mount) fileSystem(objects []byte) (union, error) {
	u := union{disk: filesys.MakeFsOnDisk(), mount: m.top, files: map[string][]byte{}, refused: map[string]string{}}
	// Kustomize refuses a kustomization without content: the order, which is
	// read at the root alone, is content without effect.
	base := map[string]any{"sortOptions": map[string]any{"order": "fifo"}}
	if len(objects) > 0 {
		base["resources"] = []string{objectsFile}
		base["configurations"] = []string{manifest.KustomizeConfigurationFile}
		u.files[filepath.Join(m.base, manifest.KustomizeConfigurationFile)] = m.configuration
		u.files[filepath.Join(m.base, objectsFile)] = objects
	}
	written := map[string]map[string]any{m.base: base}
	if m.component != "" {
		written[m.root] = map[string]any{"resources": []string{filepath.Base(m.base)}, "components": []string{m.component}}
	}
	for dir, content := range written {
		text, err := json.Marshal(content)
		if err != nil {
			return union{}, err
		}
		u.files[filepath.Join(dir, "kustomization.yaml")] = text
	}
	return u, nil
}

// isFileName reports whether an entry names a file of objects rather than a
// directory, so that a misspelt file is not taken for the base.
func isFileName(entry string) bool {
	ext := strings.ToLower(filepath.Ext(entry))
	return slices.Contains([]string{".yaml", ".yml", ".json"}, ext)
}

// hostLike reports whether a path that does not exist was meant as an address:
// gitlab.com/x/y. Kustomize itself takes few hosts for such.
func hostLike(entry string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(:[0-9]+)?/`).MatchString(entry)
}

func quoted(all []string) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(out, " and ")
}
