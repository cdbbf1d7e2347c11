package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// fileSet writes files beside their places and moves all of them there at the
// end, so that a reader never meets half a file.
type fileSet struct {
	staged []staged
}

type staged struct{ temporary, target string }

func newFileSet() *fileSet { return &fileSet{} }

// write stages one file. What is no regular file, a pipe or a device, is
// written at once. The folder must exist.
func (s *fileSet) write(name string, fill func(io.Writer) error) error {
	target, mode, regular, err := destination(name)
	if err != nil {
		return err
	}
	if !regular {
		f, err := os.OpenFile(target, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(fill(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	if err != nil {
		return fmt.Errorf("%s: %w", name, cause(err))
	}
	s.staged = append(s.staged, staged{f.Name(), target})
	return errors.Join(fill(f), f.Chmod(mode), f.Close())
}

// destination follows links to where a file lies or will lie, and says what is
// there: the mode of the old file, or that of a new one.
func destination(name string) (target string, mode fs.FileMode, regular bool, err error) {
	target, err = filepath.EvalSymlinks(name)
	if errors.Is(err, fs.ErrNotExist) {
		return name, 0o644, true, nil
	}
	if err != nil {
		return "", 0, false, err
	}
	info, err := os.Stat(target)
	if err != nil {
		return "", 0, false, err
	}
	if info.IsDir() {
		return "", 0, false, fmt.Errorf("%s is a directory, a file is meant", name)
	}
	return target, info.Mode().Perm(), info.Mode().IsRegular(), nil
}

// cause takes the name of a temporary file out of an error.
func cause(err error) error {
	if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// commit moves the staged files to their places.
func (s *fileSet) commit() error {
	for len(s.staged) > 0 {
		if err := os.Rename(s.staged[0].temporary, s.staged[0].target); err != nil {
			return err
		}
		s.staged = s.staged[1:]
	}
	return nil
}

// discard removes what is staged still.
func (s *fileSet) discard() {
	for _, f := range s.staged {
		_ = os.Remove(f.temporary)
	}
	s.staged = nil
}

// exists reports whether there is something at a path.
func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
