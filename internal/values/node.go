package values

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// Kind is the kind of a node. The zero value is Null.
type Kind int

// The kinds of YAML 1.2's core schema. A timestamp is a String.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	List
	Map
)

// String returns the word for messages: "null", "boolean", "integer", "number",
// "string", "list" or "mapping".
func (k Kind) String() string {
	switch k {
	case Bool:
		return "boolean"
	case Int:
		return "integer"
	case Float:
		return "number"
	case String:
		return "string"
	case List:
		return "list"
	case Map:
		return "mapping"
	default:
		return "null"
	}
}

// indexed is the number of keys from which on a map has an index.
const indexed = 8

// Node is one value of the tree. Nodes are shared between trees and are not to
// be changed.
type Node struct {
	Kind Kind
	// Text is a scalar's source text as written, 1.10 or 0x1F; of a quoted or
	// block scalar its content. Empty for lists and maps.
	Text string
	// Quoted is true for a String that is quoted, a block scalar or tagged !!str.
	Quoted bool
	// Pos is the place of the value, of an aliased one the place of its anchor.
	Pos diag.Position
	// KeyPos is the place of the key, zero unless the node is a map's member.
	KeyPos diag.Position

	keys  []string       // of a map, in the order of the source
	nodes []*Node        // of a map, parallel to keys; of a list, its items
	index map[string]int // of a map with many keys
}

// newMap returns a map node that owns keys and nodes, which are parallel.
func newMap(pos, keyPos diag.Position, keys []string, nodes []*Node) *Node {
	n := &Node{Kind: Map, Pos: pos, KeyPos: keyPos, keys: keys, nodes: nodes}
	if len(keys) > indexed {
		n.index = make(map[string]int, len(keys))
		for i, key := range keys {
			n.index[key] = i
		}
	}
	return n
}

func (n *Node) find(key string) int {
	if n == nil || n.Kind != Map {
		return -1
	}
	if n.index == nil {
		return slices.Index(n.keys, key)
	}
	if i, ok := n.index[key]; ok {
		return i
	}
	return -1
}

// Get returns the value of a key, or nil if n is not a map or has no such key.
func (n *Node) Get(key string) *Node {
	if i := n.find(key); i >= 0 {
		return n.nodes[i]
	}
	return nil
}

// At follows a path of keys, and of list indexes in decimal. It returns nil if
// the path leads nowhere; with no path it returns n.
func (n *Node) At(path ...string) *Node {
	for _, step := range path {
		if n = n.child(step); n == nil {
			return nil
		}
	}
	return n
}

func (n *Node) child(step string) *Node {
	if n == nil || n.Kind != List {
		return n.Get(step)
	}
	i, err := strconv.Atoi(step)
	if err != nil || i < 0 || i >= len(n.nodes) {
		return nil
	}
	return n.nodes[i]
}

// Keys returns a map's keys in the order of the source, nil for other kinds.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	return slices.Clone(n.keys)
}

// Items returns a list's items, nil for other kinds.
func (n *Node) Items() []*Node {
	if n == nil || n.Kind != List {
		return nil
	}
	return slices.Clone(n.nodes)
}

// Len returns the number of a map's keys or of a list's items, otherwise 0.
func (n *Node) Len() int {
	if n == nil {
		return 0
	}
	return len(n.nodes)
}

// Where is the place to show for a node: its own, but for a map or list that
// begins below its key the key's.
func (n *Node) Where() diag.Position {
	if n.Kind >= List && n.KeyPos.Line > 0 && n.KeyPos.Line != n.Pos.Line {
		return n.KeyPos
	}
	return n.Pos
}

// Plain returns the node as JSON-shaped data: map[string]any, []any, string,
// bool, int64, uint64 (integers beyond int64), float64 or nil. Integers have
// the value that YAML 1.1 gives them: 017 is 15, 1_000 is 1000.
func (n *Node) Plain() any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Map:
		out := make(map[string]any, len(n.keys))
		for i, key := range n.keys {
			out[key] = n.nodes[i].Plain()
		}
		return out
	case List:
		out := make([]any, len(n.nodes))
		for i, item := range n.nodes {
			out[i] = item.Plain()
		}
		return out
	case String:
		return n.Text
	case Bool:
		return strings.EqualFold(n.Text, "true")
	case Int, Float:
		return number(n.Text)
	default:
		return nil
	}
}

// number reads what YAML takes for an integer or a float. What cannot be read
// comes back as the text, which does not happen for the text of a loaded node.
func number(text string) any {
	plain := strings.ReplaceAll(text, "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return i
	}
	if u, err := strconv.ParseUint(strings.TrimPrefix(plain, "+"), 0, 64); err == nil {
		return u
	}
	if f, err := strconv.ParseFloat(plain, 64); err == nil {
		return f
	}
	return text
}

// FromPlain makes a tree from JSON-shaped data; every node has the position
// pos. Keys are sorted. A float64 without a fraction is an Int, as JSON Schema
// has it; a value of no JSON type becomes a String in Go's spelling.
func FromPlain(v any, pos diag.Position) *Node { return fromPlain(v, pos, diag.Position{}) }

func fromPlain(v any, pos, keyPos diag.Position) *Node {
	n := &Node{Pos: pos, KeyPos: keyPos}
	switch v := v.(type) {
	case nil:
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		nodes := make([]*Node, len(keys))
		for i, key := range keys {
			nodes[i] = fromPlain(v[key], pos, pos)
		}
		return newMap(pos, keyPos, keys, nodes)
	case []any:
		n.Kind, n.nodes = List, make([]*Node, len(v))
		for i, item := range v {
			n.nodes[i] = fromPlain(item, pos, diag.Position{})
		}
	case string:
		n.Kind, n.Text, n.Quoted = String, v, true
	case bool:
		n.Kind, n.Text = Bool, strconv.FormatBool(v)
	case float64:
		n.Kind, n.Text = Float, strconv.FormatFloat(v, 'g', -1, 64)
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			n.Kind, n.Text = Int, strconv.FormatInt(int64(v), 10)
		}
	case int, int32, int64, uint64:
		n.Kind, n.Text = Int, fmt.Sprint(v)
	case json.Number:
		n.Kind, n.Text = Int, v.String()
		if strings.ContainsAny(n.Text, ".eE") {
			n.Kind = Float
		}
	default:
		n.Kind, n.Text, n.Quoted = String, fmt.Sprint(v), true
	}
	return n
}
