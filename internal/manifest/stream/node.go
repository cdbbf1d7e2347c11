package stream

import (
	yaml "go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// Node parses a document and gives its top node as the YAML parser has it, with
// comments and styles, for those who write it again. It is nil if nothing is in
// the document, or if the findings say that it cannot be parsed.
func (d Document) Node() (*yaml.Node, diag.List) {
	findings, ok := d.checkText()
	if !ok {
		return nil, findings
	}
	top, err := parseYAML(d.Text)
	if err != nil {
		return nil, append(findings, d.syntaxError(err)...)
	}
	return top, findings
}

// Text makes a document of a text that is part of another input; its places are
// not those of that input.
func Text(file string, text []byte) Document { return Document{File: file, Line: 1, Text: text} }
