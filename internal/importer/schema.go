package importer

import (
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// schema is values.schema.json, of which the order of the keys and the defaults
// are used.
type schema struct{ root *yaml.Node }

func readSchema(data []byte) (*schema, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil { // JSON is YAML, and its keys keep their order
		return nil, fmt.Errorf("values.schema.json: %w", err)
	}
	if len(doc.Content) == 0 {
		return nil, fmt.Errorf("values.schema.json is empty")
	}
	return &schema{doc.Content[0]}, nil
}

// child is the value of a key of a mapping, nil without.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// shapes are the schemas that hold for one value: itself, what it refers to, and
// its alternatives.
func (s *schema) shapes(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	out := []*yaml.Node{n}
	if ref := child(n, "$ref"); ref != nil {
		out = append(out, s.shapes(child(child(s.root, "$defs"), strings.TrimPrefix(ref.Value, "#/$defs/")))...)
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		if all := child(n, key); all != nil {
			for _, one := range all.Content {
				out = append(out, s.shapes(one)...)
			}
		}
	}
	return out
}

// at are the schemas of a path of the values.
func (s *schema) at(path ...string) []*yaml.Node {
	here := s.shapes(s.root)
	for _, key := range path {
		var next []*yaml.Node
		for _, n := range here {
			if member := child(child(n, "properties"), key); member != nil {
				next = append(next, s.shapes(member)...)
			}
		}
		for _, n := range here {
			if more := child(n, "additionalProperties"); len(next) == 0 && more != nil && more.Kind == yaml.MappingNode {
				next = append(next, s.shapes(more)...)
			}
		}
		here = next
	}
	return here
}

// keys are the keys that the schema has at a path, in its order.
func (s *schema) keys(path ...string) []string {
	var out []string
	for _, n := range s.at(path...) {
		if all := child(n, "properties"); all != nil {
			for i := 0; i < len(all.Content); i += 2 {
				if key := all.Content[i].Value; !slices.Contains(out, key) {
					out = append(out, key)
				}
			}
		}
	}
	return out
}

// fallback is the default of a path; ok is false without one.
func (s *schema) fallback(path ...string) (value any, ok bool) {
	for _, n := range s.at(path...) {
		if def := child(n, "default"); def != nil {
			var v any
			if def.Decode(&v) == nil {
				return v, true
			}
		}
	}
	return nil, false
}
