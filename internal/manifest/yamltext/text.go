package yamltext

import (
	"bytes"
	"unicode/utf8"
)

// FirstBadByte returns the offset of the first byte that is not UTF-8, or of
// the first character that YAML does not allow (YAML 1.2.2, 5.1), or -1.
func FirstBadByte(data []byte) int {
	for i := 0; i < len(data); {
		c := data[i]
		if c >= ' ' && c < 0x7f || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if c < utf8.RuneSelf || r == utf8.RuneError && size == 1 || !isAllowed(r) {
			return i
		}
		i += size
	}
	return -1
}

// isAllowed is about characters beyond ASCII: not C1 controls but NEL, no byte
// order mark, no noncharacter.
func isAllowed(r rune) bool {
	return (r >= 0xa0 || r == 0x85) && r != 0xfeff && r != 0xfffe && r != 0xffff
}

// Place turns an offset in bytes into line and column, both from 1; columns are
// counted in characters.
func Place(text []byte, offset int) (line, column int) {
	before := text[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte{'\n'}) + 1, utf8.RuneCount(before[start:]) + 1
}
