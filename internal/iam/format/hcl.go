package format

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// expression is HCL that stands for itself: a reference, or a function's name
// and bracket.
type expression string

// encoded is a value inside jsonencode().
type encoded struct{ value object }

// block is a block of HCL; its body has fields and blocks.
type block struct {
	kind   string
	labels []string
	body   []any
}

// hclWriter writes HCL as `terraform fmt` does, so that fmt changes nothing: two
// spaces a level, and the equal signs of neighbouring lines below each other. A
// value of several lines ends such a neighbourhood (hclwrite.Format, hcl/v2).
type hclWriter struct{ out bytes.Buffer }

// block writes a block, with an empty line above it unless it is the first.
func (w *hclWriter) block(b block, indent string, first bool) {
	if !first {
		w.out.WriteByte('\n')
	}
	w.out.WriteString(indent + b.kind)
	for _, label := range b.labels {
		w.out.WriteString(" " + quoteHCL(label))
	}
	if len(b.body) == 0 {
		w.out.WriteString(" {}\n")
		return
	}
	w.out.WriteString(" {\n")
	var fields object
	written := false
	for _, item := range b.body {
		switch v := item.(type) {
		case field:
			fields = append(fields, v)
		case block:
			w.fields(fields, indent+"  ", identifier)
			written = written || len(fields) > 0
			fields = nil
			w.block(v, indent+"  ", !written)
			written = true
		}
	}
	w.fields(fields, indent+"  ", identifier)
	fmt.Fprintf(&w.out, "%s}\n", indent)
}

// identifier is a key as it is; keys of blocks are all identifiers.
func identifier(key string) string { return key }

// objectKey is a key of an object: quoted unless it is an identifier.
func objectKey(key string) string {
	if regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(key) {
		return key
	}
	return quoteHCL(key)
}

// fields writes fields and aligns those of one line with their neighbours.
func (w *hclWriter) fields(fields object, indent string, key func(string) string) {
	for start := 0; start < len(fields); {
		end, width := start, 0
		for end < len(fields) && oneLine(fields[end].value) {
			width = max(width, utf8.RuneCountInString(key(fields[end].key)))
			end++
		}
		for _, f := range fields[start:end] {
			name := key(f.key)
			fmt.Fprintf(&w.out, "%s%s%s = ", indent, name, strings.Repeat(" ", width-utf8.RuneCountInString(name)))
			w.value(f.value, indent)
			w.out.WriteByte('\n')
		}
		if end < len(fields) {
			fmt.Fprintf(&w.out, "%s%s = ", indent, key(fields[end].key))
			w.value(fields[end].value, indent)
			w.out.WriteByte('\n')
			end++
		}
		start = end
	}
}

// oneLine says whether a value is written in one line: scalars, and lists of at
// most one scalar.
func oneLine(value any) bool {
	switch v := value.(type) {
	case object:
		return len(v) == 0
	case encoded:
		return false
	case list:
		return len(v) == 0 || len(v) == 1 && oneLine(v[0])
	default:
		return true
	}
}

// value writes a value; indent is that of the line it starts in.
func (w *hclWriter) value(value any, indent string) {
	switch v := value.(type) {
	case encoded:
		w.out.WriteString("jsonencode(")
		w.value(v.value, indent)
		w.out.WriteByte(')')
	case object:
		if len(v) == 0 {
			w.out.WriteString("{}")
			return
		}
		w.out.WriteString("{\n")
		w.fields(v, indent+"  ", objectKey)
		w.out.WriteString(indent + "}")
	case list:
		w.list(v, indent)
	case string:
		w.out.WriteString(quoteHCL(v))
	default:
		fmt.Fprint(&w.out, v)
	}
}

// list writes a list in one line, or with an item a line.
func (w *hclWriter) list(items list, indent string) {
	if oneLine(items) {
		w.out.WriteByte('[')
		for _, item := range items {
			w.value(item, indent)
		}
		w.out.WriteByte(']')
		return
	}
	w.out.WriteString("[\n")
	for _, item := range items {
		w.out.WriteString(indent + "  ")
		w.value(item, indent+"  ")
		w.out.WriteString(",\n")
	}
	w.out.WriteString(indent + "]")
}

// quoteHCL quotes a string so that HCL takes it literally: ${ and %{ would start
// a template. Source: HCL native syntax specification, "Quoted Templates" and
// "Template Literals".
func quoteHCL(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\t':
			out.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	return `"` + strings.NewReplacer("${", "$${", "%{", "%%{").Replace(out.String()) + `"`
}
