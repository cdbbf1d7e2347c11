package stream

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	// byteOrderMark is U+FEFF in UTF-8.
	byteOrderMark = "\ufeff"
	// pieceSize is how much of a line is looked at together.
	pieceSize = 64 << 10
	// kept is the size up to which the buffer is used again, and how much of a
	// document that is too large is kept.
	kept = 64 << 10
)

// cutter collects the lines of one document at a time.
type cutter struct {
	name   string
	in     *bufio.Reader
	yield  func(Document, error) bool
	keeper *keeper

	line   int     // number of the line being read
	column int     // characters of it that were taken, in JSON
	values *values // nil unless the stream is JSON so far
	any    bool    // there was content or a separator

	buf     []byte
	next    Document // the document in the making, without its text
	content bool     // it has more than comments
	comment bool     // the line being read is a comment
}

func newCutter(name string, in io.Reader, yield func(Document, error) bool) *cutter {
	return &cutter{name: name, in: bufio.NewReaderSize(in, pieceSize), yield: yield, keeper: &keeper{}}
}

// run reads to the end, or until yield wants no more.
func (c *cutter) run() {
	start := true
	for {
		piece, err := c.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			c.yield(Document{}, fmt.Errorf("read %s: %w", c.name, err))
			return
		}
		if start {
			c.line++
		}
		if len(piece) > 0 && !c.take(piece, start) {
			return
		}
		if errors.Is(err, io.EOF) {
			c.flush()
			return
		}
		start = err == nil
	}
}

// take looks at a piece of a line, which starts it or not, and returns false if
// yield wants no more.
func (c *cutter) take(piece []byte, start bool) bool {
	if !start {
		return c.collect(piece, false)
	}
	c.comment, c.column = false, 0
	if rest, marked := bytes.CutPrefix(piece, []byte(byteOrderMark)); marked && !c.content {
		c.next.marked = true
		if piece = rest; len(piece) == 0 {
			return true
		}
	}
	switch {
	case isMarker(piece, "---"):
		return c.separate(piece)
	case isMarker(piece, "..."):
		c.any, c.values = true, nil
		had := c.content || c.next.ended
		ok := c.flush()
		c.next.ended = had
		return ok
	default:
		return c.collect(piece, true)
	}
}

// separate ends a document at a line of "---"; what stands behind the marker
// belongs to the next one.
func (c *cutter) separate(line []byte) bool {
	c.any, c.values = true, nil
	if !c.flush() {
		return false
	}
	c.next.ended = false
	if rest := bytes.TrimLeft(line[3:], " \t\r\n"); len(rest) == 0 || rest[0] == '#' {
		c.comment = true // of a long line the rest comes as further pieces
		return true
	}
	return c.collect(line, true)
}

// collect adds a piece to the document in the making.
func (c *cutter) collect(piece []byte, start bool) bool {
	if c.next.large {
		return true
	}
	text := bytes.TrimLeft(piece, " \t\r\n")
	if len(text) == 0 && len(c.buf) == 0 && start && piece[len(piece)-1] == '\n' {
		return true
	}
	if len(text) > 0 && !c.content && !c.comment {
		c.begin(text[0], len(piece))
	}
	if c.values != nil && c.content {
		for at := c.values.next(piece); at >= 0; at = c.values.next(piece) {
			c.add(piece[:at])
			c.column += utf8.RuneCount(piece[:at])
			if !c.flush() {
				return false
			}
			c.content, c.next.indent, piece = true, c.column, piece[at:]
		}
		c.column += utf8.RuneCount(piece)
	}
	c.add(piece)
	return true
}

// begin looks at the first character of a line as long as there is no content.
func (c *cutter) begin(first byte, size int) {
	if first == '#' {
		c.comment = true
		return
	}
	c.content = true
	if !c.any && first == '{' {
		c.values = &values{}
	}
	c.any = true
	if len(c.buf)+size > MaxSize {
		c.buf = c.buf[:0] // comments alone
	}
}

// add appends to the text, which is cut off where it is too large.
func (c *cutter) add(piece []byte) {
	if c.next.large || len(piece) == 0 {
		return
	}
	if len(c.buf)+len(piece) > MaxSize {
		if c.next.large = c.content; c.next.large {
			c.buf = bytes.Clone(append(c.buf, piece...)[:kept])
			return
		}
		c.buf = c.buf[:0] // comments alone
	}
	if len(c.buf) == 0 {
		c.next.Line = c.line
	}
	c.buf = append(c.buf, piece...)
}

// flush hands the document over, if it has content, and starts the next one.
func (c *cutter) flush() bool {
	if !c.content && len(c.buf) == 0 {
		return true
	}
	ok := true
	marked, ended := c.next.marked, c.next.ended
	if c.content {
		doc := c.next
		doc.File, doc.Text, doc.json, doc.keeper = c.name, bytes.Clone(c.buf), c.values != nil, c.keeper
		marked, ended = false, false
		ok = c.yield(doc, nil)
	}
	if c.buf = c.buf[:0]; cap(c.buf) > kept {
		c.buf = nil
	}
	c.next, c.content = Document{marked: marked, ended: ended}, false
	return ok
}

// isMarker reports whether a line is a marker: it stands in the first column,
// with white space behind it (YAML 1.2.2, 9.1.2 Document Markers).
func isMarker(line []byte, marker string) bool {
	if len(line) < len(marker) || string(line[:len(marker)]) != marker {
		return false
	}
	return len(line) == len(marker) || strings.IndexByte(" \t\r\n", line[len(marker)]) >= 0
}

// values finds the ends of JSON values in a stream that is read in pieces.
type values struct {
	depth                   int
	quoted, escaped, closed bool
	opened                  bool // a brace was the last that was not white space
	broken                  bool // this is not JSON
}

// next returns the offset at which another value starts behind the end of one,
// or -1. What is before it has been seen then.
func (v *values) next(piece []byte) int {
	for i, c := range piece {
		switch {
		case v.broken:
			return -1
		case v.escaped:
			v.escaped = false
		case v.quoted:
			v.escaped, v.quoted = c == '\\', c != '"'
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case v.closed && c == '{':
			v.closed = false
			return i
		default:
			v.see(c)
		}
	}
	return -1
}

// see takes a character that stands in no string.
func (v *values) see(c byte) {
	opened := v.opened
	v.opened = c == '{'
	switch {
	case v.closed, opened && c != '"' && c != '}':
		v.broken = true
	case c == '"':
		v.quoted = true
	case c == '{' || c == '[':
		v.depth++
	case c == '}' || c == ']':
		v.depth--
		v.closed = v.depth == 0
	default:
		v.broken = strings.IndexByte(":,+-.0123456789aeflnrstuE", c) < 0
	}
}
