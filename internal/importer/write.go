package importer

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// YAML writes the values: the keys in the order of their schema, and above all
// where they came from.
func (d *Draft) YAML() ([]byte, error) {
	root := d.node(d.values(), nil)
	for i := 0; i+1 < len(root.Content); i += 2 {
		if section := root.Content[i+1]; section.Kind == yaml.MappingNode {
			d.sources(root.Content[i].Value, section)
		}
	}
	var out bytes.Buffer
	out.WriteString(d.header())
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("write values: %w", err)
	}
	return spaced(out.Bytes()), nil
}

// header says what was imported.
func (d *Draft) header() string {
	kinds, files := map[string]int{}, map[string]bool{}
	for _, o := range d.objects {
		if owned(o.Key()) {
			kinds[o.Key().Kind]++
			files[o.Origin.Pos.File] = true
		}
	}
	var counts []string
	for _, kind := range sortedKeys(kinds) {
		counts = append(counts, fmt.Sprintf("%d %s", kinds[kind], kind))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Values imported from existing manifests: %s.\n", strings.Join(counts, ", "))
	for _, file := range sortedKeys(files) {
		if file != "" {
			fmt.Fprintf(&b, "#   %s\n", strings.Map(printable, file))
		}
	}
	if d.unhardened() {
		b.WriteString("# `securityContext: null` keeps pods as they were, without the restricted security context that the platform\n" +
			"# gives them otherwise: take it out where a job can do with that.\n")
	}
	return b.String() + "\n"
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return '?'
	}
	return r
}

// unhardened reports whether a pod template takes the security context away.
func (d *Draft) unhardened() bool {
	return slices.ContainsFunc(d.entries, func(e *entry) bool {
		at := dig(e.values, "podTemplate", "spec")
		value, ok := at["securityContext"]
		return ok && value == nil
	})
}

// sources puts the place of its manifest above every entry.
func (d *Draft) sources(section string, n *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		for _, e := range d.entries {
			if pos := e.from.Origin.Pos; e.section == section && e.key == n.Content[i].Value && pos.Line > 0 {
				n.Content[i].HeadComment = "from " + strings.Map(printable, pos.File) + ":" + strconv.Itoa(pos.Line)
			}
		}
	}
}

// node is a value as YAML.
func (d *Draft) node(v any, path []string) *yaml.Node {
	switch v := v.(type) {
	case object:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, key := range d.ordered(v, path) {
			n.Content = append(n.Content, textNode(key), d.node(v[key], append(slices.Clone(path), key)))
		}
		return flow(n, len(path) > 1)
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, item := range v {
			n.Content = append(n.Content, d.node(item, append(slices.Clone(path), "*")))
		}
		return flow(n, true)
	case string:
		return textNode(v)
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	}
	text, _ := scalar(v)
	return &yaml.Node{Kind: yaml.ScalarNode, Value: text}
}

// textNode is a text, quoted where YAML would read something else.
func textNode(s string) *yaml.Node {
	n := new(yaml.Node)
	n.SetString(s)
	return n
}

// flow sets short maps and lists of scalars in one line.
func flow(n *yaml.Node, allowed bool) *yaml.Node {
	length := 0
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode || c.Style == yaml.LiteralStyle || strings.Contains(c.Value, "\n") {
			allowed = false
		}
		length += len(c.Value) + 3
	}
	if len(n.Content) == 0 || allowed && length <= 70 {
		n.Style = yaml.FlowStyle
	}
	return n
}

// ordered are the keys of a map in the order of the schema, then of the alphabet.
func (d *Draft) ordered(o object, path []string) []string {
	var out []string
	if !slices.Contains(path, "spec") && !slices.Contains(path, "podTemplate") {
		for _, key := range d.schema.keys(path...) {
			if _, ok := o[key]; ok {
				out = append(out, key)
			}
		}
	}
	for _, key := range sortedKeys(o) {
		if !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

// spaced puts a blank line above every section, and between the entries of a
// section, each of which begins with its source.
func spaced(data []byte) []byte {
	var out bytes.Buffer
	before := ""
	for line := range strings.Lines(string(data)) {
		section := line[0] != ' ' && line[0] != '#' && line[0] != '\n'
		entry := strings.HasPrefix(line, "  # from ") && strings.HasPrefix(before, " ")
		if (section || entry) && before != "" && before != "\n" {
			out.WriteByte('\n')
		}
		out.WriteString(line)
		before = line
	}
	return out.Bytes()
}
