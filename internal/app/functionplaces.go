package app

import (
	"io"
	"io/fs"
	"path/filepath"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/krm"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
)

// maxPlaced is how much of a file is read for the places of the items in it, in bytes.
const maxPlaced = 64 << 20

// place gives items the lines of the files that they are from, where these can be
// read from the current folder and have the same object still. What cannot be found
// has its file and no line.
func (a *App) place(items []krm.Item) {
	files := map[string]map[manifest.Key]manifest.Origin{}
	for _, item := range items {
		if item.File == "" || filepath.IsAbs(item.File) || item.Local() {
			continue
		}
		origins, read := files[item.File]
		if !read {
			origins = a.origins(item.File)
			files[item.File] = origins
		}
		for i, o := range item.Set {
			if origin, ok := origins[o.Key()]; ok {
				item.Set[i].Origin = origin
			}
		}
	}
}

// origins are the places of the objects in a file; none if it is no file of manifests.
func (a *App) origins(name string) map[manifest.Key]manifest.Origin {
	f, err := a.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	if file, ok := f.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
			return nil
		}
	}
	out := map[manifest.Key]manifest.Origin{}
	for doc, err := range stream.Documents(name, io.LimitReader(f, maxPlaced)) {
		if err != nil {
			return nil
		}
		set, findings := doc.Objects()
		if findings.Has(diag.Error) {
			return nil
		}
		for _, o := range set {
			out[o.Key()] = o.Origin
		}
	}
	return out
}
