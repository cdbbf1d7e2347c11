package values

import (
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

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

// PathString prints a path for people: keys with dots between, other than plain
// ones in brackets and quotes, numbers in brackets:
// jobs.orders.flinkConfiguration["state.backend"], jobs.orders.args[0].
func PathString(path []string) string {
	var b strings.Builder
	for i, step := range path {
		switch {
		case isDigits(step):
			b.WriteString("[" + step + "]")
		case !isPlainKey(step):
			b.WriteString("[" + strconv.Quote(step) + "]")
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func isPlainKey(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune(`.[]"'\`, r)
	})
}
