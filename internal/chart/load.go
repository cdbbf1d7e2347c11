package chart

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/ignore"
)

// maxFile is the largest file that a chart may hold, in bytes: Helm's own bound
// (helm v3.22.0, pkg/chart/loader/archive.go, MaxDecompressedFileSize).
const maxFile = 5 << 20

// load gives the unit's chart, read and parsed at its first use.
func (r *Renderer) load(u Unit) (*bundle, error) {
	key := "bundled " + u.Chart
	if !u.Source.bundled() {
		key = "source " + u.Source.Name
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	b, ok := r.loaded[key]
	if !ok {
		b = r.read(u)
		r.loaded[key] = b
	}
	return b, b.err
}

func (r *Renderer) read(u Unit) *bundle {
	b, name := &bundle{}, u.Source.Name
	switch {
	case u.Source.Dir != nil:
		b.files, b.err = readDir(u.Source.Dir)
	case u.Source.Archive != nil:
		b.files, b.err = loader.LoadArchiveFiles(bytes.NewReader(u.Source.Archive))
	default:
		name = u.Chart
		var sub fs.FS
		if sub, b.err = fs.Sub(r.charts, u.Chart); b.err == nil {
			b.files, b.err = readDir(sub)
		}
	}
	if b.err == nil {
		b.chart, b.err = loader.LoadFiles(b.files)
	}
	if b.err != nil {
		b.err = fmt.Errorf("chart %q: %w", name, b.err)
	}
	return b
}

// readDir reads a chart's files as Helm's directory loader does: .helmignore
// is obeyed, a byte order mark is dropped, names are slash-separated.
func readDir(fsys fs.FS) ([]*loader.BufferedFile, error) {
	rules := ignore.Empty()
	switch data, err := fs.ReadFile(fsys, ignore.HelmIgnore); {
	case err == nil:
		if rules, err = ignore.Parse(bytes.NewReader(data)); err != nil {
			return nil, fmt.Errorf("%s: %w", ignore.HelmIgnore, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	rules.AddDefaults()

	var files []*loader.BufferedFile
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		info, err := fs.Stat(fsys, name)
		switch {
		case err != nil:
			return err
		case rules.Ignore(name, info) && d.IsDir():
			return fs.SkipDir
		case rules.Ignore(name, info) || d.IsDir():
			return nil
		case !info.Mode().IsRegular():
			return fmt.Errorf("%s: not a regular file", name)
		case info.Size() > maxFile:
			return fmt.Errorf("%s: larger than %d bytes", name, maxFile)
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
		files = append(files, &loader.BufferedFile{Name: path.Clean(name), Data: data})
		return nil
	})
	return files, err
}
