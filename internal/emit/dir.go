package emit

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"go.yaml.in/yaml/v2"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/schemas"
)

// Layout is how a directory is laid out.
type Layout string

const (
	// Flat is one file an object: NAMESPACE/KIND-NAME.yaml, and
	// _cluster/KIND-NAME.yaml for those without a namespace.
	Flat Layout = "flat"
	// Kustomize is Flat and a kustomization.yaml at the root that lists all
	// files in the set's order and keeps that order in `kustomize build`, with what
	// Kustomize must know of Flink's kinds, which holds for the overlays over it.
	Kustomize Layout = "kustomize"
)

// Layouts lists all layouts, for help and checks.
func Layouts() []Layout { return []Layout{Flat, Kustomize} }

// Report says what WriteDir did: slash-separated paths below the directory,
// sorted. The inventory is in none of the lists.
type Report struct {
	Written, Unchanged, Removed []string
}

// WriteDir makes dir hold the set, the extra files (content by slash-separated
// path, in no kustomization.yaml; nil for none) and nothing else of ours. dir is
// made if it is not there; dir itself may be a link to a directory.
//
// The inventory file (manifest.InventoryFile) lists what we wrote with its
// SHA-256, in sha256sum's format. Files of an earlier run that are no longer
// produced are removed. Nothing of the user's is lost: a file in our way that
// we did not write, and one of ours that was changed since, are refused, all of
// them named in one error, before anything is written. No path leaves dir, not
// even through a link within it. Each file is replaced whole or not at all, and a
// run that was interrupted is mended by the next. Files whose content stays are
// not touched.
func WriteDir(dir string, set manifest.Set, layout Layout, extra map[string][]byte) (Report, error) {
	files, err := produce(set, layout, extra)
	if err != nil {
		return Report{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Report{}, fmt.Errorf("output directory: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, fmt.Errorf("output directory: %w", err)
	}
	p, err := makePlan(root, files)
	if err != nil {
		_ = root.Close()
		return Report{}, fmt.Errorf("output directory %q: %w", dir, err)
	}
	if err := p.run(root); err != nil {
		_ = root.Close()
		return Report{}, fmt.Errorf("output directory %q: %w", dir, err)
	}
	if err := root.Close(); err != nil {
		return Report{}, fmt.Errorf("output directory %q: %w", dir, err)
	}
	return p.report(), nil
}

// produce gives the content of every file by its path.
func produce(set manifest.Set, layout Layout, extra map[string][]byte) (map[string][]byte, error) {
	if !slices.Contains(Layouts(), layout) {
		return nil, fmt.Errorf("layout %q: want one of %q", layout, Layouts())
	}
	names := paths(set)
	files := make(map[string][]byte, len(set)+1)
	for i, o := range set {
		if _, ok := files[names[i]]; ok {
			return nil, fmt.Errorf("%s %s: twice in the output", o.Key().APIVersion, o.Key())
		}
		doc, err := document(o)
		if err != nil {
			return nil, err
		}
		files[names[i]] = doc
	}
	if layout == Kustomize {
		k, err := kustomization(names)
		if err != nil {
			return nil, err
		}
		files["kustomization.yaml"] = k
		files[manifest.KustomizeConfigurationFile] = schemas.KustomizeConfiguration
	}
	for name, data := range extra {
		if _, ok := files[name]; ok || !fs.ValidPath(name) || name == "." || name == manifest.InventoryFile {
			return nil, fmt.Errorf("extra file %q: not a path of its own below the directory", name)
		}
		files[name] = data
	}
	return files, nil
}

// kustomization is the file that makes the directory a base.
func kustomization(resources []string) ([]byte, error) {
	k := yaml.MapSlice{
		{Key: "apiVersion", Value: "kustomize.config.k8s.io/v1beta1"},
		{Key: "kind", Value: "Kustomization"},
		{Key: "resources", Value: append([]string{}, resources...)},
		{Key: "configurations", Value: []string{manifest.KustomizeConfigurationFile}},
		{Key: "sortOptions", Value: yaml.MapSlice{{Key: "order", Value: "fifo"}}},
	}
	doc, err := yaml.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("kustomization.yaml: %w", err)
	}
	return doc, nil
}

// parents gives the directories above a path, deepest first, without the root.
func parents(name string) []string {
	var out []string
	for d := path.Dir(name); d != "."; d = path.Dir(d) {
		out = append(out, d)
	}
	return out
}
