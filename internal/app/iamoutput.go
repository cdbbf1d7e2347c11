package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/iam"
)

// IAMFormats are the languages that AWS objects can be written in.
func IAMFormats() []string { return []string{"json"} }

// WriteIAM writes a plan to a stream in one of IAMFormats: of json, one object
// with each document by the name of its file.
func WriteIAM(w io.Writer, p iam.Plan, format string) error {
	if !slices.Contains(IAMFormats(), format) {
		return fmt.Errorf("format %q: want one of %q", format, IAMFormats())
	}
	data, err := indented(documents(p))
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}

// WriteIAMDir writes a plan below a directory, of json a document a file.
func WriteIAMDir(dir string, p iam.Plan, format string) (Written, error) {
	if !slices.Contains(IAMFormats(), format) {
		return Written{}, fmt.Errorf("format %q: want one of %q", format, IAMFormats())
	}
	files := map[string][]byte{}
	for name, doc := range documents(p) {
		data, err := indented(doc)
		if err != nil {
			return Written{}, err
		}
		files[name] = data
	}
	return emit.WriteDir(dir, nil, emit.Flat, files)
}

// documents are the documents of a plan by the names of their files.
func documents(p iam.Plan) map[string]iam.Document {
	out := map[string]iam.Document{}
	for _, r := range p.Roles {
		out["roles/"+r.Name+"/trust.json"] = r.Trust
		for _, policy := range r.Policies {
			out["roles/"+r.Name+"/policies/"+policy.Name+".json"] = policy.Document
		}
	}
	return out
}

// indented is a value as JSON that people read, without HTML's escapes.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("write documents: %w", err)
	}
	return b.Bytes(), nil
}
