// Package stream reads manifests: YAML streams and JSON, in which every field
// keeps its place.
//
// It may import manifest and diag.
package stream

import (
	"io"
	"iter"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Document is one YAML document of a stream, not parsed yet.
type Document struct {
	// File is the name that the user knows the input by.
	File string
	// Line is the line of the input at which Text starts, from 1.
	Line int
	Text []byte
}

// Documents cuts an input into its documents without reading it whole; those
// without content are left out. An error of the reader ends it.
func Documents(_ string, _ io.Reader) iter.Seq2[Document, error] { return nil }

// Objects parses a document: the objects in it (a List is taken apart), with
// their origin, and what is wrong with its text. With a finding of severity
// error there may be fewer objects, never half of one.
func (d Document) Objects() (manifest.Set, diag.List) { return nil, nil }

// IsManifest reports whether a document that parses has apiVersion and kind at
// its top level; FlinkPlatform is not a manifest but values.
func (d Document) IsManifest() bool { return false }
