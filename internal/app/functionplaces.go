package app

import (
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"reflect"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/krm"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
)

// maxPlaced is how much of a file is read for the places of the items in it, in bytes.
const maxPlaced = 64 << 20

// place gives items the lines of the files that they are from, where these can be
// read from the current folder and have the same object still, as it is: of one that was changed on the way the lines would
// be those of something else. What cannot be found
// has its file and no line.
func (a *App) place(items []krm.Item) {
	files := map[string]map[manifest.Key]manifest.Object{}
	for _, item := range items {
		if item.File == "" || filepath.IsAbs(item.File) || item.Local() {
			continue
		}
		written, read := files[item.File]
		if !read {
			written = a.written(item.File)
			files[item.File] = written
		}
		for i, o := range item.Set {
			if w, ok := written[o.Key()]; ok && reflect.DeepEqual(untooled(w), untooled(o)) {
				item.Set[i].Origin = w.Origin
			}
		}
	}
}

// untooled is an object without the annotations of tools, by which alone an item that
// nobody changed differs from its file.
func untooled(o manifest.Object) map[string]any {
	out := maps.Clone(o.Data)
	meta, _ := out["metadata"].(map[string]any)
	annotations, ok := meta["annotations"].(map[string]any)
	if !ok {
		return out
	}
	meta, annotations = maps.Clone(meta), maps.Clone(annotations)
	maps.DeleteFunc(annotations, func(key string, _ any) bool { return krm.Tool(key) })
	if meta["annotations"] = annotations; len(annotations) == 0 {
		delete(meta, "annotations")
	}
	out["metadata"] = meta
	return out
}

// written are the objects in a file; none if it is no file of manifests.
func (a *App) written(name string) map[manifest.Key]manifest.Object {
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
	out := map[manifest.Key]manifest.Object{}
	for doc, err := range stream.Documents(name, io.LimitReader(f, maxPlaced)) {
		if err != nil {
			return nil
		}
		set, findings := doc.Objects()
		if findings.Has(diag.Error) {
			return nil
		}
		for _, o := range set {
			out[o.Key()] = o
		}
	}
	return out
}
