// Package overlay applies a Kustomize directory over rendered objects, in
// process: objects in, objects out.
//
// It may import manifest and diag of this module, and of third parties
// Kustomize's api and kyaml.
package overlay

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Apply builds the overlay in dir over the set and returns the result in
// manifest's order; the set itself is left as it is.
//
// dir holds a Component, which is put over the generated objects, or a
// Kustomization, one of whose resources stands for them: a relative path at
// which nothing is, or a directory that an earlier run wrote (it holds
// manifest.InventoryFile, and its content of then is not used). The objects are
// served from memory there; nothing is written.
//
// Nothing is fetched and nothing is executed: remote parts, Helm charts and
// plugins that are not built into Kustomize are findings (FLK900). So are an
// overlay that cannot be built (FLK901) and one that does not name the base
// (FLK902). The error says that dir is no directory, cannot be read, or holds no
// kustomization file.
//
// Of an overlay that was built, entries that match nothing (FLK903) and patches that
// drop items of lists (FLK904) are warnings beside the result.
//
// An object keeps its origin through renames and patches, but for the fields that
// the overlay changed: their place is that of the patch, or of the entry of a
// kustomization, that says so, and their path that in the object. One that the overlay
// adds has no component, which stands for "always included", and the place where it is
// written or generated.
//
// Patches of a Flink resource's pod templates merge lists by name, as they do in
// a Deployment. The schemas that say so are global to the process in Kustomize:
// calls must not run at the same time as each other or as other users of
// kyaml/openapi. A custom schema of one overlay does not reach the next call.
//
// Kustomize takes time with the square of the objects. A large set is therefore given
// to it in parts, unless the overlay has fields for which an object's result could hang
// on others (divide); the result is that of the whole.
func Apply(ctx context.Context, set manifest.Set, dir string, opts Options) (manifest.Set, diag.List, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("overlay %q: %w", dir, err)
	}
	abs, err := resolve(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("overlay %q: %w", dir, err)
	}
	f, list, err := loadFile(abs, filepath.Clean(dir))
	if err != nil {
		return nil, nil, fmt.Errorf("overlay %q: %w", dir, err)
	}
	if len(list) > 0 {
		return nil, list, nil
	}
	m, list := f.mounted()
	s := scanner{base: m.base, seen: map[string]bool{}}
	s.file(f)
	if list = append(list, s.list...); len(list) > 0 {
		return nil, list.Sorted(), nil
	}
	out, from, list, err := overlaid(ctx, set, m, s.files, opts)
	if err != nil {
		return nil, nil, fmt.Errorf("overlay %q: %w", dir, err)
	}
	if len(list) > 0 {
		return nil, list, nil
	}
	t := trace(collect(m.base, s.files), set, out, from)
	t.locate(out, opts)
	return out.Sorted(), t.judge(opts), nil
}

// Options are how the result is used.
type Options struct {
	// Relocate gives Locate of an object's origin, with whose fields it had before,
	// for the object as it is now. Nil leaves it as it is.
	Relocate func(manifest.Object) func(field []string) (string, diag.Position)
	// Partial says that the set is a part of what the overlay is for: an entry that
	// matches nothing may be for the rest.
	Partial bool
	// Parallel calls do for 0 to n-1, as App's own does, and gives the context's error
	// where that ended first. Nil is one after the other.
	Parallel func(ctx context.Context, n int, do func(i int)) error
	// size is how many objects Kustomize is given at a time; 0 is partSize.
	size int
}

// resolve gives the directory's absolute path without links.
func resolve(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		return "", fmt.Errorf("not a directory: give the one that holds the kustomization.yaml")
	}
	return abs, nil
}
