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

// chartFile makes the directory that it stands in a Helm chart.
const chartFile = "Chart.yaml"

// files gives the files that a name stands for: itself, the YAML and JSON files
// below a directory (hidden ones, what is below hidden directories, and what
// only Helm reads in a chart left out), or what a pattern matches, in order.
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
	found, err := filesBelow(name)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s: there is no YAML or JSON file in it", name)
	}
	return found, err
}

func filesBelow(dir string) (found []string, err error) {
	err = filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || file == dir {
			return err
		}
		leftOut := strings.HasPrefix(entry.Name(), ".") || ofChart(file)
		switch {
		case entry.IsDir() && leftOut:
			return fs.SkipDir
		case !entry.IsDir() && !leftOut && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(file)):
			found = append(found, file)
		}
		return nil
	})
	return found, err
}

// ofChart reports whether only Helm reads a file or directory: the templates,
// values and dependencies of the chart that it stands in, and ci, the values
// that chart-testing tries (helm.sh/docs/topics/charts; github.com/helm/chart-testing).
func ofChart(name string) bool {
	switch base := filepath.Base(name); {
	case base == "templates", base == "charts", base == "ci":
	case strings.HasPrefix(base, "values") && filepath.Ext(base) != "":
	default:
		return false
	}
	_, err := os.Stat(filepath.Join(filepath.Dir(name), chartFile))
	return err == nil
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
