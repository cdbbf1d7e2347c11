package difference

import (
	"slices"
	"strings"
	"unicode"

	"github.com/helm-flink/helm-flink/internal/release/change"
)

// The colours of a terminal (ECMA-48, SGR).
const (
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
	bold  = "\x1b[1m"
	reset = "\x1b[0m"
)

// Text writes the set for people, with colours or without: a title with the meaning for each object, what would be lost
// in red, and the diff.
func (s Set) Text(colour bool) string {
	paint := func(style, text string) string {
		if !colour {
			return text
		}
		return style + text + reset
	}
	var b strings.Builder
	for i, e := range s.Entries {
		if i > 0 {
			b.WriteByte('\n')
		}
		title := e.Title()
		if m := e.Meaning; m != nil && (m.How != change.NoHow || !slices.Contains(plainEffects(), m.Effect)) {
			title += ": " + m.Summary()
		}
		b.WriteString(paint(bold, printable(title)) + "\n")
		writeMeaning(&b, e, paint)
		for line := range strings.Lines(e.Diff) {
			line = printable(strings.TrimSuffix(line, "\n"))
			switch {
			case strings.HasPrefix(line, "-"):
				line = paint(red, line)
			case strings.HasPrefix(line, "+"):
				line = paint(green, line)
			case strings.HasPrefix(line, "@"):
				line = paint(cyan, line)
			}
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// plainEffects say no more than the state of an entry.
func plainEffects() []change.Effect {
	return []change.Effect{change.None, change.Changed, change.Created, change.Deleted, change.Replaced}
}

// writeMeaning writes the reasons of a meaning, a line each, with their hints.
func writeMeaning(b *strings.Builder, e Entry, paint func(style, text string) string) {
	if e.Meaning == nil {
		return
	}
	for _, r := range e.Meaning.Reasons {
		line := "  note: " + printable(r.Why)
		if r.Loss {
			line = paint(red+bold, "  loses state: "+printable(r.Why))
		}
		b.WriteString(line + "\n")
		if r.Hint != "" {
			b.WriteString("    hint: " + printable(r.Hint) + "\n")
		}
	}
}

// printable drops what could move the cursor of a terminal: texts from the cluster are not to be trusted.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != ' ' && r != '\t' && !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
