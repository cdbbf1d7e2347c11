package values

import "github.com/helm-flink/helm-flink/internal/diag"

// Document is the merged values.
type Document struct {
	// Root is a map, empty if there are no values. Nulls are in it.
	Root *Node
}

// Position returns the place of the value at a path, or of the nearest node
// above it that exists.
func (d *Document) Position(path ...string) diag.Position {
	n := d.Root
	if n == nil {
		return diag.Position{}
	}
	for _, step := range path {
		next := n.child(step)
		if next == nil {
			break
		}
		n = next
	}
	return n.Where()
}
