package values

import (
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// Merge lays over on base as Helm does (pkg/cli/values/options.go, mergeMaps):
// maps merge, everything else replaces. A null replaces too and stays in the
// tree, so that a later stage sees that it deletes. A merged map keeps the
// place that base gave it; keys keep base's order, over's new ones follow.
// Either may be nil.
func Merge(base, over *Node) *Node {
	switch {
	case over == nil:
		return base
	case base == nil || base.Kind != Map || over.Kind != Map:
		return over
	case len(over.keys) == 0:
		return base
	}
	keys, nodes := slices.Clone(base.keys), slices.Clone(base.nodes)
	for i, key := range over.keys {
		if at := base.find(key); at >= 0 {
			nodes[at] = Merge(base.nodes[at], over.nodes[i])
			continue
		}
		keys, nodes = append(keys, key), append(nodes, over.nodes[i])
	}
	return newMap(base.Pos, base.KeyPos, keys, nodes)
}

// WithoutNulls returns the tree without the map members that are null, at any
// depth. Items of a list stay, null or not.
func (n *Node) WithoutNulls() *Node {
	if n == nil || n.Kind < List {
		return n
	}
	keys, nodes := make([]string, 0, len(n.keys)), make([]*Node, 0, len(n.nodes))
	changed := false
	for i, child := range n.nodes {
		if n.Kind == Map {
			if child.Kind == Null {
				changed = true
				continue
			}
			keys = append(keys, n.keys[i])
		}
		next := child.WithoutNulls()
		changed = changed || next != child
		nodes = append(nodes, next)
	}
	switch {
	case !changed:
		return n
	case n.Kind == List:
		return &Node{Kind: List, Pos: n.Pos, KeyPos: n.KeyPos, nodes: nodes}
	default:
		return newMap(n.Pos, n.KeyPos, keys, nodes)
	}
}

// With returns the map with key set to child, at its old place if the key was
// there, otherwise last. A nil child takes the key away. A receiver that is not
// a map counts as an empty one.
func (n *Node) With(key string, child *Node) *Node {
	var pos, keyPos diag.Position
	var keys []string
	var nodes []*Node
	if n != nil {
		pos, keyPos = n.Pos, n.KeyPos
		if n.Kind == Map {
			keys, nodes = slices.Clone(n.keys), slices.Clone(n.nodes)
		}
	}
	switch at := n.find(key); {
	case child == nil && at >= 0:
		keys, nodes = slices.Delete(keys, at, at+1), slices.Delete(nodes, at, at+1)
	case child == nil:
	case at >= 0:
		nodes[at] = child
	default:
		keys, nodes = append(keys, key), append(nodes, child)
	}
	return newMap(pos, keyPos, keys, nodes)
}

// Filter returns the map with those members whose key is kept. Other kinds are
// returned as they are.
func (n *Node) Filter(keep func(key string) bool) *Node {
	if n == nil || n.Kind != Map {
		return n
	}
	var keys []string
	var nodes []*Node
	for i, key := range n.keys {
		if keep(key) {
			keys, nodes = append(keys, key), append(nodes, n.nodes[i])
		}
	}
	return newMap(n.Pos, n.KeyPos, keys, nodes)
}
