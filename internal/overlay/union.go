package overlay

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// union is a file system that serves what is at or below mount from memory, and
// all else from the disk. It is read-only, and has what Kustomize's loaders use.
// (kyaml's own file system in memory takes few characters in a path.)
type union struct {
	disk  filesys.FileSystem
	mount string            // absolute
	files map[string][]byte // absolute, clean path → content; all below mount
	// refused are the files that were asked for and not given, with why.
	refused map[string]string
}

var _ filesys.FileSystem = union{}

// within reports whether path is dir or below it.
func within(dir, path string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, filesys.Separator)+filesys.Separator)
}

func (u union) inMemory(path string) bool { return within(u.mount, path) }

// Exists reports whether there is a file or directory.
func (u union) Exists(path string) bool {
	if !u.inMemory(path) {
		return u.disk.Exists(path)
	}
	_, ok := u.files[path]
	return ok || u.IsDir(path)
}

// IsDir reports whether the path is a directory.
func (u union) IsDir(path string) bool {
	if !u.inMemory(path) {
		return u.disk.IsDir(path)
	}
	for name := range u.files {
		if name != path && within(path, name) {
			return true
		}
	}
	return false
}

// ReadFile gives a file's content, within bounds.
func (u union) ReadFile(path string) ([]byte, error) {
	if !u.inMemory(path) {
		data, err := readFile(path)
		if why, ok := errors.AsType[fileError](err); ok {
			u.refused[path] = why.why
		}
		return data, err
	}
	data, ok := u.files[path]
	if !ok {
		return nil, notThere(path)
	}
	return bytes.Clone(data), nil
}

// ReadDir lists the names in a directory.
func (u union) ReadDir(path string) ([]string, error) {
	if !u.inMemory(path) {
		return u.disk.ReadDir(path)
	}
	var out []string
	for name := range u.files {
		if rel, err := filepath.Rel(path, name); err == nil && name != path && within(path, name) {
			first, _, _ := strings.Cut(rel, filesys.Separator)
			out = append(out, first)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// CleanedAbs splits a path into its directory and file, absolute and without
// links.
func (u union) CleanedAbs(path string) (filesys.ConfirmedDir, string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", "", err
	}
	switch _, isFile := u.files[abs]; {
	case !u.inMemory(abs):
		return u.disk.CleanedAbs(abs)
	case isFile:
		return filesys.ConfirmedDir(filepath.Dir(abs)), filepath.Base(abs), nil
	case u.IsDir(abs):
		return filesys.ConfirmedDir(abs), "", nil
	default:
		return "", "", notThere(abs)
	}
}

func notThere(path string) error {
	return &fs.PathError{Op: "lstat", Path: path, Err: errors.New("no such file or directory")}
}

func unsupported(op string) error { return fmt.Errorf("%s: %w", op, errors.ErrUnsupported) }

// Open is not supported: Kustomize reads whole files.
func (u union) Open(string) (filesys.File, error) { return nil, unsupported("open") }

// Glob is not supported: nothing that is built uses it.
func (u union) Glob(string) ([]string, error) { return nil, unsupported("glob") }

// Walk is not supported: nothing that is built uses it.
func (u union) Walk(string, filepath.WalkFunc) error { return unsupported("walk") }

// Create is not supported: the file system is read-only.
func (u union) Create(string) (filesys.File, error) { return nil, unsupported("create") }

// Mkdir is not supported: the file system is read-only.
func (u union) Mkdir(string) error { return unsupported("mkdir") }

// MkdirAll is not supported: the file system is read-only.
func (u union) MkdirAll(string) error { return unsupported("mkdir") }

// RemoveAll is not supported: the file system is read-only.
func (u union) RemoveAll(string) error { return unsupported("remove") }

// WriteFile is not supported: the file system is read-only.
func (u union) WriteFile(string, []byte) error { return unsupported("write") }
