package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// files gives the files that a name stands for: itself, the YAML and JSON files
// below a directory (hidden ones, and what is below hidden directories, left
// out), or what a pattern matches, in order.
func files(name string) ([]string, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(name, "*?[") {
		return matches(name)
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	var found []string
	err = filepath.WalkDir(name, func(file string, entry fs.DirEntry, err error) error {
		switch hidden := strings.HasPrefix(entry.Name(), ".") && file != name; {
		case err != nil:
			return err
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case !entry.IsDir() && !hidden && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(file)):
			found = append(found, file)
		}
		return nil
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s: there is no YAML or JSON file in it", name)
	}
	return found, err
}

// matches expands a pattern that the shell has left alone.
func matches(pattern string) ([]string, error) {
	names, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("pattern %q: it matches no file", pattern)
	}
	var found []string
	for _, name := range names {
		more, err := files(name)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}
