// Package stream reads manifests: YAML streams and JSON, in which every field
// keeps its place.
//
// A document is read as kubectl reads it: YAML 1.1 as sigs.k8s.io/yaml and
// go.yaml.in/yaml/v2 have it, so that what is judged is what the API server
// would get. It may import manifest and diag.
package stream

import (
	"io"
	"iter"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// Bounds on a document.
const (
	// MaxSize is the size in bytes up to which a document is read: 16 MiB. An
	// object in etcd has at most 1.5 MiB (etcd, --max-request-bytes).
	MaxSize = 16 << 20
	// maxDepth is the number of levels of lists and maps.
	maxDepth = 200
	// maxNodes is the number of nodes of one document, each alias counted as
	// what it stands for.
	maxNodes = 1_000_000
	// maxFindings is the number of findings about the text of one document,
	// from which on no more are reported.
	maxFindings = 100
)

// Document is one YAML document of a stream, or one JSON value, not parsed yet.
type Document struct {
	// File is the name that the user knows the input by.
	File string
	// Line is the line of the input at which Text starts, from 1.
	Line int
	// Text is the document without the separators around it, but with comments
	// above its first key. Of a document over MaxSize it is the beginning.
	Text []byte

	keeper *keeper // what the documents of the stream share
	indent int     // columns that stand before Text in its first line
	tags   tags    // where Text has the tag "!"; known once it is parsed
	json   bool    // Text is JSON if it can be read as such
	marked bool    // a byte order mark stood before Text
	large  bool    // the document is larger than MaxSize
	ended  bool    // the document before ended with "...", and no "---" follows it
}

// Documents cuts an input into its documents without reading it whole; those
// without content are left out. It cuts at lines of "---" and "...", and in a
// stream that starts as JSON between its values. An error of the reader ends it.
func Documents(name string, in io.Reader) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		newCutter(name, in, yield).run()
	}
}

// at turns a line and column of Text, from 1, into a place of the input.
func (d *Document) at(line, column int) diag.Position {
	if line == 1 {
		column += d.indent
	}
	return diag.Position{File: d.File, Line: d.Line + line - 1, Column: column}
}

// fail returns a finding of severity error.
func fail(code diag.Code, pos diag.Position, message, hint string) diag.Finding {
	return diag.Finding{Code: code, Severity: diag.Error, Pos: pos, Message: message, Hint: hint}
}
