package stream

import (
	"bytes"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
)

// tags holds the lines and columns of the nodes that the tag "!" makes text,
// which the parser does not tell.
type tags map[[2]int]bool

// maxTags is the number of them up to which a document is read.
const maxTags = 100_000

// findTags finds each "!" that has white space on both sides, and the anchor
// before it. The place in a quoted text or comment is no place of a node.
func findTags(text []byte) tags {
	const nearby = 256 // bytes in which the anchor must stand
	var found tags
	line, start, counted, column := 1, 0, 0, 1
	for at := 0; ; at++ {
		next := bytes.IndexByte(text[at:], '!')
		if next < 0 || len(found) > maxTags {
			return found
		}
		at += next
		if at+1 < len(text) && bytes.IndexByte([]byte(" \t\r\n"), text[at+1]) < 0 {
			continue
		}
		if lines := bytes.Count(text[counted:at], []byte{'\n'}); lines > 0 {
			line += lines
			start = bytes.LastIndexByte(text[:at], '\n') + 1
			counted, column = start, 1
		}
		column += utf8.RuneCount(text[counted:at])
		counted = at
		if found == nil {
			found = tags{}
		}
		found[[2]int{line, column}] = true
		from := max(start, at-nearby)
		before := bytes.TrimRight(text[from:at], " \t")
		token := before[bytes.LastIndexAny(before, " \t[{,")+1:]
		if bytes.HasPrefix(token, []byte{'&'}) {
			found[[2]int{line, column - utf8.RuneCount(text[from+len(before)-len(token):at])}] = true
		}
	}
}

// scalar is the value of a scalar.
func (t tags) scalar(n *yaml.Node) (any, error) {
	if t != nil && n.Style == 0 && t[[2]int{n.Line, n.Column}] {
		return n.Value, nil
	}
	return scalarValue(n)
}
