package app

import (
	"io"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/iam/format"
)

// IAMOutput says how AWS objects are written.
type IAMOutput struct {
	// Format is one of IAMFormats.
	Format string
	format.Options
}

// IAMFormats are the languages that AWS objects can be written in.
func IAMFormats() []string {
	var names []string
	for _, f := range format.Formats() {
		names = append(names, string(f))
	}
	return names
}

// WriteIAM writes a plan as one stream: of json one object with each document by
// the name of its file.
func WriteIAM(w io.Writer, p iam.Plan, o IAMOutput) error {
	return format.Write(w, p, format.Format(o.Format), o.Options)
}

// WriteIAMDir writes the files of a plan below a directory, of json a document a
// file.
func WriteIAMDir(dir string, p iam.Plan, o IAMOutput) (Written, error) {
	all, err := format.Files(p, format.Format(o.Format), o.Options)
	if err != nil {
		return Written{}, err
	}
	files := map[string][]byte{}
	for _, f := range all {
		files[f.Path] = f.Data
	}
	return emit.WriteDir(dir, emit.Tree{Files: files})
}
