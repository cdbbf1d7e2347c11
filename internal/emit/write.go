package emit

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v2"
)

// writer writes JSON-shaped data as YAML, byte for byte as the library does from maps in
// byte order, but in a tenth of its time: the library makes an event of every value,
// and copies each several times. How a text is quoted is asked of the library, once for each text.
// The zero value is ready; it is for one goroutine.
type writer struct {
	out    []byte
	quoted map[string]string
}

// The bounds of what is written here: a key that may stand without "? " before it
// (go.yaml.in/yaml/v2, emitterc.go, yaml_emitter_check_simple_key: 128 bytes with quotes), the columns
// that a text of several words may take, and texts that are kept with their quotes.
const (
	longestKey  = 100
	longestKept = 100
	width       = 80
	mostKept    = 1 << 14
)

// document gives data as YAML that ends with a line break, or false where that takes the
// library: texts of several lines, and what it refuses. The bytes are good until the next call.
func (w *writer) document(data map[string]any) ([]byte, bool) {
	w.out = w.out[:0]
	if len(data) == 0 || !w.mapping(data, 0, false) {
		return nil, false
	}
	return w.out, true
}

// mapping writes the entries of a map that is not empty, the first one where the line already has its indent.
func (w *writer) mapping(data map[string]any, indent int, inLine bool) bool {
	for i, key := range slices.Sorted(maps.Keys(data)) {
		if i > 0 || !inLine {
			w.indent(indent)
		}
		if !ordinary(key) || !w.text(key) {
			return false
		}
		w.out = append(w.out, ':')
		if !w.value(data[key], indent) {
			return false
		}
	}
	return true
}

// value writes what stands behind the colon of a key, and the end of its line.
func (w *writer) value(v any, indent int) bool {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			w.out = append(w.out, '\n')
			return w.mapping(v, indent+2, false)
		}
	case []any:
		if len(v) > 0 {
			w.out = append(w.out, '\n')
			return w.list(v, indent, false) // as deep as the key
		}
	}
	w.out = append(w.out, ' ')
	return w.scalar(v)
}

// list writes the items of a list that is not empty.
func (w *writer) list(items []any, indent int, inLine bool) bool {
	for i, item := range items {
		if i > 0 || !inLine {
			w.indent(indent)
		}
		w.out = append(w.out, '-', ' ')
		var ok bool
		switch v := item.(type) {
		case map[string]any:
			ok = len(v) == 0 && w.scalar(v) || len(v) > 0 && w.mapping(v, indent+2, true)
		case []any:
			ok = len(v) == 0 && w.scalar(v) || len(v) > 0 && w.list(v, indent+2, true)
		default:
			ok = w.scalar(v)
		}
		if !ok {
			return false
		}
	}
	return true
}

func (w *writer) indent(n int) {
	for range n {
		w.out = append(w.out, ' ')
	}
}

// scalar writes what takes one line, and its end.
func (w *writer) scalar(v any) bool {
	switch v := v.(type) {
	case nil:
		w.out = append(w.out, "null"...)
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	case int:
		w.out = strconv.AppendInt(w.out, int64(v), 10)
	case int64:
		w.out = strconv.AppendInt(w.out, v, 10)
	case string:
		if !w.text(v) {
			return false
		}
	case map[string]any:
		w.out = append(w.out, "{}"...)
	case []any:
		w.out = append(w.out, "[]"...)
	default:
		return false // numbers with a fraction are rare
	}
	w.out = append(w.out, '\n')
	return true
}

// text writes a text with the quotes that it needs.
func (w *writer) text(s string) bool {
	if plain(s) {
		w.out = append(w.out, s...)
		return true
	}
	quoted, ok := w.quoted[s]
	if !ok {
		if strings.ContainsAny(s, "\n\r\u0085\u2028\u2029") || !utf8.ValidString(s) {
			return false
		}
		text, err := yaml.Marshal(s)
		if err != nil {
			return false
		}
		quoted = strings.TrimSuffix(string(text), "\n")
		if len(s) <= longestKept && len(w.quoted) < mostKept {
			if w.quoted == nil {
				w.quoted = map[string]string{}
			}
			w.quoted[s] = quoted
		}
	}
	if start := len(w.out) - bytes.LastIndexByte(w.out, '\n'); strings.Contains(s, " ") && start+len(quoted) > width {
		return false // the library goes on in the next line
	}
	w.out = append(w.out, quoted...)
	return true
}

// ordinary reports whether a key is short and of visible ASCII alone: the library writes others with a
// "? " before them, or with other quotes than a text that is no key.
func ordinary(key string) bool {
	return len(key) <= longestKey && key != "<<" && !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
}

// plain reports whether a text takes no quotes for sure: a letter, then at least five
// letters, digits, or signs that mean nothing within a word. Every word that YAML reads
// as something else is shorter or begins otherwise.
func plain(s string) bool {
	if len(s) < 6 || !letter(s[0]) {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case letter(c), c >= '0' && c <= '9', c == '-', c == '.', c == '/', c == '_':
		case c == ':' && i+1 < len(s) && s[i+1] == '/': // s3://
		default:
			return false
		}
	}
	return true
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
