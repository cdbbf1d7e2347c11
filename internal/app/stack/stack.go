// Package stack reads .helm-flink.yaml, which says which values files of a
// repository belong together, with their overlays, kube context and ignores.
//
// It reads no file by itself. It is a part of app, and may import values and
// diag.
package stack

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
)

// FileName is the name of the file.
const FileName = ".helm-flink.yaml"

// File is what the file says.
type File struct {
	// Name is the file's, as it was given.
	Name string
	// Stacks are in the order of the file.
	Stacks []Stack
	// Ignores hold for every stack, and for manifests and values outside of the
	// stacks; they are Shared.
	Ignores []ignore.Ignore
}

// Stack is one platform.
type Stack struct {
	Name string
	// Values are its values files and Overlays its Kustomize directories, in
	// order: relative to what the file's own name is relative to.
	Values, Overlays []string
	// Context is a context of the kubeconfig; it may be empty.
	Context string
	// Ignores hold for this stack alone.
	Ignores []ignore.Ignore
}

// Find returns the name of the file that is in force in a folder, relative to
// it, or "": the nearest one from the folder up to the root of its git
// repository. Outside of a repository only the folder itself counts. The folder
// is an absolute path; exists reports whether there is something at one.
func Find(dir string, exists func(path string) bool) string {
	found, up := "", ""
	for at := filepath.Clean(dir); ; at, up = filepath.Dir(at), filepath.Join(up, "..") {
		if found == "" && exists(filepath.Join(at, FileName)) {
			found = filepath.Join(up, FileName)
		}
		if exists(filepath.Join(at, ".git")) {
			return found
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	if found == FileName {
		return found
	}
	return ""
}

// Load reads the file. With a finding of severity error the file is nil. An
// error means that the schema (schemas.Project) is broken.
func Load(name string, data, schema []byte) (*File, diag.List, error) {
	compiled, err := values.ReadSchema("helm-flink.schema.json", schema)
	if err != nil {
		return nil, nil, err
	}
	doc, findings, err := values.Load(values.Input{Files: []values.Source{{Name: name, Data: data}}}, compiled)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if findings.Has(diag.Error) {
		return nil, findings, nil
	}
	root := doc.Root.WithoutNulls()
	f := &File{Name: name, Ignores: ignore.FromValues(root.Get("ignore"), "ignore")}
	for i := range f.Ignores {
		f.Ignores[i].Shared = true
	}
	stacks := root.Get("stacks")
	for _, key := range stacks.Keys() {
		n := stacks.Get(key)
		s := Stack{
			Name: key, Values: f.paths(n.Get("values")), Overlays: f.paths(n.Get("overlays")),
			Ignores: ignore.FromValues(n.Get("ignore"), "stacks", key, "ignore"),
		}
		if context := n.Get("context"); context != nil {
			s.Context = context.Text
		}
		f.Stacks = append(f.Stacks, s)
	}
	return f, findings, nil
}

// paths are the paths of a list, which count from the file's folder.
func (f *File) paths(list *values.Node) []string {
	var all []string
	for _, item := range list.Items() {
		path := filepath.FromSlash(item.Text)
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(f.Name), path)
		}
		all = append(all, path)
	}
	return all
}

// Stack returns the stack of a name. The error, which is about wrong usage,
// says which stacks there are.
func (f *File) Stack(name string) (Stack, error) {
	var names []string
	for _, s := range f.Stacks {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	switch near := diag.Nearest(name, names); {
	case len(names) == 0:
		return Stack{}, fmt.Errorf("%s has no stacks, and none named %q", f.Name, name)
	case near != "":
		return Stack{}, fmt.Errorf("%s has no stack %q; did you mean %q?", f.Name, name, near)
	default:
		return Stack{}, fmt.Errorf("%s has no stack %q; there are %s", f.Name, name, strings.Join(names, ", "))
	}
}

// Group says which platforms values files make: the stacks that layer at least
// one of the files, each once, and the files that no stack has, which are a
// platform each. resolve gives two names of one file the same canonical path.
// The file may be nil.
func (f *File) Group(files []string, resolve func(name string) string) (stacks []Stack, alone []string) {
	if f == nil {
		return nil, files
	}
	owners := map[string][]int{}
	for i, s := range f.Stacks {
		for _, name := range s.Values {
			path := resolve(name)
			owners[path] = append(owners[path], i)
		}
	}
	var chosen []int
	for _, name := range files {
		of := owners[resolve(name)]
		if len(of) == 0 {
			alone = append(alone, name)
		}
		chosen = append(chosen, of...)
	}
	slices.Sort(chosen)
	for _, i := range slices.Compact(chosen) {
		stacks = append(stacks, f.Stacks[i])
	}
	return stacks, alone
}
