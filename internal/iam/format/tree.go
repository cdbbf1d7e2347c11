package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// field is one entry of an object.
type field struct {
	key   string
	value any
}

// object is a mapping that keeps its order. Its values are strings, ints, bools,
// objects, lists, and for HCL expressions.
type object []field

// list is a sequence.
type list []any

// with adds a field if its value is not empty: "", 0, nil, an empty list or object.
func (o object) with(key string, value any) object {
	switch v := value.(type) {
	case string:
		if v == "" {
			return o
		}
	case int:
		if v == 0 {
			return o
		}
	case list:
		if len(v) == 0 {
			return o
		}
	case object:
		if len(v) == 0 {
			return o
		}
	}
	return append(o, field{key, value})
}

// encodeJSON writes a value with two spaces a level and a newline at the end.
// Characters like < and & stay as they are.
func encodeJSON(value any) []byte {
	var out bytes.Buffer
	writeJSON(&out, value, "\n")
	out.WriteByte('\n')
	return out.Bytes()
}

// writeJSON writes a value; newline ends a line and indents the next.
func writeJSON(out *bytes.Buffer, value any, newline string) {
	switch v := value.(type) {
	case object:
		writeItems(out, '{', '}', len(v), newline, func(i int, deeper string) {
			out.WriteString(quoteJSON(v[i].key) + ": ")
			writeJSON(out, v[i].value, deeper)
		})
	case list:
		writeItems(out, '[', ']', len(v), newline, func(i int, deeper string) { writeJSON(out, v[i], deeper) })
	case string:
		out.WriteString(quoteJSON(v))
	default:
		fmt.Fprint(out, v)
	}
}

// writeItems writes the brackets and the commas of an object or a list.
func writeItems(out *bytes.Buffer, open, closing byte, n int, newline string, item func(i int, deeper string)) {
	out.WriteByte(open)
	deeper := newline + "  "
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(deeper)
		item(i, deeper)
	}
	if n > 0 {
		out.WriteString(newline)
	}
	out.WriteByte(closing)
}

// quoteJSON quotes a string for JSON without escaping for HTML.
func quoteJSON(s string) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	// A strings.Builder and a string give no error.
	_ = encoder.Encode(s)
	return strings.TrimSuffix(out.String(), "\n")
}

// encodeYAML writes a document with two spaces a level below comment lines.
func encodeYAML(comment string, doc object) ([]byte, error) {
	var out bytes.Buffer
	for line := range strings.Lines(comment) {
		out.WriteString(strings.TrimRight("# "+line, " \n") + "\n")
	}
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(yamlNode(doc)); err != nil {
		return nil, fmt.Errorf("encode YAML: %w", err)
	}
	return out.Bytes(), nil
}

// yamlNode is a value as a node, which keeps the order of objects. Strings that
// YAML 1.1 or 1.2 would read as another type are quoted by the encoder.
func yamlNode(value any) *yaml.Node {
	switch v := value.(type) {
	case object:
		node := &yaml.Node{Kind: yaml.MappingNode}
		for _, f := range v {
			node.Content = append(node.Content, yamlNode(f.key), yamlNode(f.value))
		}
		return node
	case list:
		node := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v {
			node.Content = append(node.Content, yamlNode(item))
		}
		return node
	case string:
		node := &yaml.Node{}
		node.SetString(v)
		return node
	default:
		node := &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(v)}
		return node
	}
}
