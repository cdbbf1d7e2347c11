package values

import (
	"fmt"
	"math"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// builder turns the parser's nodes into ours. An anchored node is built once
// and shared by its aliases, so that the work is that of the text; its size
// counts each time.
type builder struct {
	file     string
	findings diag.List
	path     []string
	total    int                    // nodes so far, aliases followed
	built    map[*yaml.Node]subtree // what anchors stand for
	open     map[*yaml.Node]bool    // anchors being built
	full     bool                   // a bound is exceeded: nothing more is built
}

// subtree is a node with the number of nodes and the number of levels in it.
type subtree struct {
	node         *Node
	size, height int
	shared       bool // the node is in the tree already
}

func newBuilder(file string) *builder {
	return &builder{file: file, built: map[*yaml.Node]subtree{}, open: map[*yaml.Node]bool{}}
}

func (b *builder) at(y *yaml.Node) diag.Position {
	return diag.Position{File: b.file, Line: y.Line, Column: y.Column}
}

func (b *builder) report(code diag.Code, y *yaml.Node, message, hint string) {
	f := fail(code, b.at(y), message, hint)
	f.Path = diag.PathString(b.path)
	b.findings = append(b.findings, f)
}

// exceed reports the first bound that is exceeded.
func (b *builder) exceed(y *yaml.Node, message, hint string) {
	if !b.full {
		b.full = true
		b.report(diag.CodeTooLarge, y, message, hint)
	}
}

// build returns the node for y, which stands depth levels below the top.
func (b *builder) build(y *yaml.Node, depth int) subtree {
	target := y
	if y.Kind == yaml.AliasNode && y.Alias != nil {
		target = y.Alias
		if b.open[target] {
			b.exceed(y, fmt.Sprintf("the anchor %q contains itself", y.Value), "an alias cannot stand within its own anchor")
		}
	}
	done, known := b.built[target]
	switch {
	case b.full:
		return subtree{node: &Node{Pos: b.at(y)}, size: 1}
	case known:
		b.count(y, done.size, depth+done.height)
		done.shared = true
		return done
	}
	if target.Anchor != "" {
		b.open[target] = true
	}
	done = b.buildNew(target, depth)
	if target.Anchor != "" {
		delete(b.open, target)
		b.built[target] = done
	}
	return done
}

func (b *builder) count(y *yaml.Node, size, depth int) {
	b.total += size
	if b.total > maxNodes {
		b.exceed(y, fmt.Sprintf("there are over %d values once aliases are followed", maxNodes),
			"aliases of aliases grow fast: write less of them")
	}
	if depth > maxDepth {
		b.exceed(y, fmt.Sprintf("lists and mappings are nested over %d levels deep", maxDepth), "")
	}
}

func (b *builder) buildNew(y *yaml.Node, depth int) subtree {
	b.count(y, 1, depth)
	switch y.Kind {
	case yaml.MappingNode:
		b.checkTag(y, "!!map")
		return b.mapping(y, depth)
	case yaml.SequenceNode:
		b.checkTag(y, "!!seq")
		out := subtree{node: &Node{Kind: List, Pos: b.at(y), nodes: make([]*Node, 0, len(y.Content))}, size: 1}
		for i, item := range y.Content {
			b.path = append(b.path, fmt.Sprint(i))
			out.add(b.build(item, depth+1))
			b.path = b.path[:len(b.path)-1]
		}
		return out
	default:
		return subtree{node: b.scalar(y), size: 1}
	}
}

// add puts a list's item, or the value of a map's last key, below s.
func (s *subtree) add(child subtree) {
	s.node.nodes = append(s.node.nodes, child.node)
	s.size = min(s.size+child.size, math.MaxInt32)
	s.height = max(s.height, child.height+1)
}

// members collects a map in the making.
type members struct {
	subtree
	seen map[string]int // key to its place
}

// mapping builds a map. Its own keys come first in rank: `<<` adds those that
// it does not have, and of several merged maps the first one wins (YAML 1.1,
// tag:yaml.org,2002:merge).
func (b *builder) mapping(y *yaml.Node, depth int) subtree {
	m := members{subtree: subtree{node: &Node{}, size: 1}, seen: make(map[string]int, len(y.Content)/2)}
	var merges []*yaml.Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Kind == yaml.ScalarNode && key.Tag == "!!merge" {
			if merges = append(merges, value); len(merges) > 1 {
				b.report(diag.CodeDuplicateKey, key, "there is a second \"<<\" here", "write one: <<: [*first, *second]")
			}
			continue
		}
		name, ok := b.key(key)
		if !ok {
			continue
		}
		b.path = append(b.path, name)
		child := b.build(value, depth+1)
		if at, twice := m.seen[name]; twice {
			b.report(diag.CodeDuplicateKey, key,
				fmt.Sprintf("the key %q is already in line %d", name, m.node.nodes[at].KeyPos.Line), "delete one of the two")
		}
		b.path = b.path[:len(b.path)-1]
		m.put(name, child, b.at(key))
	}
	for _, merge := range merges {
		b.merge(&m, merge, depth)
	}
	m.node = newMap(b.at(y), diag.Position{}, m.node.keys, m.node.nodes)
	return m.subtree
}

// put adds a member; if the key is there, it replaces the value.
func (m *members) put(key string, child subtree, keyPos diag.Position) {
	if child.node.KeyPos != keyPos {
		if child.shared {
			own := *child.node
			child.node = &own
		}
		child.node.KeyPos = keyPos
	}
	if at, twice := m.seen[key]; twice {
		m.node.nodes[at] = child.node
		return
	}
	m.seen[key] = len(m.node.keys)
	m.node.keys = append(m.node.keys, key)
	m.add(child)
}

func (b *builder) merge(m *members, y *yaml.Node, depth int) {
	list := y
	if y.Kind == yaml.AliasNode {
		list = y.Alias
	}
	sources := []*yaml.Node{y}
	if list.Kind == yaml.SequenceNode {
		sources = list.Content
	}
	for _, source := range sources {
		from := b.build(source, depth)
		if from.node.Kind != Map {
			if !b.full {
				b.report(diag.CodeYAMLSyntax, source, "\"<<\" merges mappings only", "name an anchor on a mapping, or a list of such")
			}
			continue
		}
		for i, key := range from.node.keys {
			if _, taken := m.seen[key]; !taken {
				m.put(key, subtree{node: from.node.nodes[i], height: from.height - 1}, from.node.nodes[i].KeyPos)
			}
		}
		m.size = min(m.size+from.size, math.MaxInt32)
	}
}

// key returns the text of a mapping's key: keys that YAML takes for numbers,
// booleans or null are their source text.
func (b *builder) key(y *yaml.Node) (string, bool) {
	if y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	switch {
	case y.Kind != yaml.ScalarNode:
		hint := "a key is plain or quoted text"
		if y.Kind == yaml.MappingNode && y.Style&yaml.FlowStyle != 0 {
			hint = "values are not templates; quote the text if double braces are meant"
		}
		b.report(diag.CodeYAMLSyntax, y, "a key cannot be a list or mapping", hint)
		return "", false
	case isEmpty(y):
		b.report(diag.CodeYAMLSyntax, y, "there is no key before the colon", "write a key, or quote the text")
		return "", false
	}
	return y.Value, true
}

func (b *builder) checkTag(y *yaml.Node, own string) {
	if tag := y.ShortTag(); tag != own && tag != "!" {
		b.report(diag.CodeYAMLSyntax, y, fmt.Sprintf("the tag %s has no meaning in values", tag), "delete it")
	}
}

// scalar builds a scalar by YAML 1.2's core schema, with YAML 1.1's integers.
func (b *builder) scalar(y *yaml.Node) *Node {
	const blocks = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	n := &Node{Kind: String, Text: y.Value, Quoted: y.Style&blocks != 0, Pos: b.at(y)}
	tag := y.ShortTag()
	if y.Style&yaml.TaggedStyle != 0 {
		if tag == "!!str" {
			n.Quoted = true
			return n
		}
		untagged := yaml.Node{Kind: yaml.ScalarNode, Value: y.Value}
		if own := untagged.ShortTag(); tag != "!!float" || own != "!!int" {
			b.checkTag(y, own)
		}
		n.Quoted = tag == "!"
	}
	if n.Quoted {
		return n
	}
	switch tag {
	case "!!null":
		n.Kind = Null
	case "!!bool":
		n.Kind = Bool
	case "!!int":
		n.Kind = Int
	case "!!float":
		n.Kind = Float
		if slices.Contains([]string{".inf", ".nan"}, strings.ToLower(strings.TrimLeft(y.Value, "+-"))) {
			n.Kind = String
			b.report(diag.CodeOutOfRange, y, fmt.Sprintf("%s is a number that JSON does not have", y.Value),
				"write a finite number, or quote it")
		}
	}
	return n
}
