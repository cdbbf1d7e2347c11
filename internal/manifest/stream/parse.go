package stream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
)

// errStrange stands for a panic of the parser.
var errStrange = errors.New("yaml: the text is too strange for the parser")

// parse returns the top node of a document, nil if nothing is in it. It clears
// the mark for JSON if the text is no JSON: kubectl then reads it as YAML
// (k8s.io/apimachinery, pkg/util/yaml, YAMLOrJSONDecoder).
func (d *Document) parse() (*yaml.Node, error) {
	if d.json = d.json && json.Valid(d.Text); d.json {
		return parseJSON(d.Text)
	}
	if d.tags = findTags(d.Text); len(d.tags) > maxTags {
		return nil, errStrange
	}
	return parseYAML(d.Text)
}

func parseYAML(text []byte) (top *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			top, err = nil, errStrange
		}
	}()
	var doc, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	switch err := decoder.Decode(&more); {
	case err == nil:
		return nil, fmt.Errorf("yaml: line %d: a second document starts here", more.Line)
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	return doc.Content[0], nil
}

// parseJSON makes the nodes that the YAML parser would make: JSON has escapes
// and long keys that it does not take.
func parseJSON(text []byte) (*yaml.Node, error) {
	p := jsonParser{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), line: 1, column: 1}
	p.decoder.UseNumber()
	return p.value(0)
}

type jsonParser struct {
	text         []byte
	decoder      *json.Decoder
	at           int // offset of line and column
	line, column int
}

// token returns the next token with a node that has its place.
func (p *jsonParser) token() (json.Token, *yaml.Node, error) {
	start := int(p.decoder.InputOffset())
	token, err := p.decoder.Token()
	if err != nil {
		return nil, nil, fmt.Errorf("json: %w", err)
	}
	for start < len(p.text) && bytes.IndexByte([]byte(" \t\r\n,:"), p.text[start]) >= 0 {
		start++
	}
	passed := p.text[p.at:start]
	if lines := bytes.Count(passed, []byte{'\n'}); lines > 0 {
		p.line += lines
		p.column = 1
		passed = passed[bytes.LastIndexByte(passed, '\n')+1:]
	}
	p.column += utf8.RuneCount(passed)
	p.at = start
	return token, &yaml.Node{Kind: yaml.ScalarNode, Line: p.line, Column: p.column}, nil
}

func (p *jsonParser) value(depth int) (*yaml.Node, error) {
	token, n, err := p.token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		n.Style = yaml.FlowStyle
		if n.Kind, n.Tag = yaml.MappingNode, "!!map"; token == '[' {
			n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		}
		if depth > maxDepth {
			return n, p.skip()
		}
		for p.decoder.More() {
			child, err := p.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, child)
		}
		_, _, err := p.token()
		return n, err
	case string:
		n.Tag, n.Value, n.Style = tagString, token, yaml.DoubleQuotedStyle
	case json.Number:
		n.Tag, n.Value = tagInt, token.String()
	case bool:
		n.Tag, n.Value = tagBool, fmt.Sprint(token)
	default:
		n.Tag = tagNull
	}
	return n, nil
}

// skip passes over the rest of a list or mapping that is too deep to be read.
func (p *jsonParser) skip() error {
	for open := 1; open > 0; {
		token, err := p.decoder.Token()
		if err != nil {
			return fmt.Errorf("json: %w", err)
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			open++
		case json.Delim('}'), json.Delim(']'):
			open--
		}
	}
	return nil
}
