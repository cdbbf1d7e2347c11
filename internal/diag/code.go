package diag

import (
	"slices"
	"strings"
)

// Code is the stable name of a kind of finding: FLK010.
type Code string

// Entry documents one code.
type Entry struct {
	Code Code
	// Title is a few words without a dot.
	Title string
	// Severity is the one that the finding usually has.
	Severity Severity
	// What it says, and Why it matters: sentences, Markdown.
	What, Why string
	// Bad and Good are small YAML fragments: one that is flagged with the code,
	// and the same mended.
	Bad, Good string
	// Flags are further arguments of `validate` that the examples need.
	Flags []string
	// Source is where the fact comes from.
	Source string
}

// Shown returns the examples for people: a control character that is no line end
// or tab is replaced by its picture (U+2400 and up), since a file with a NUL in it
// is no text to git, grep and browsers.
func (e Entry) Shown() (bad, good string) { return shown(e.Bad), shown(e.Good) }

func shown(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return r + '\u2400'
		}
		return r
	}, text)
}

// Catalog returns every code there is, in order.
func Catalog() []Entry {
	all := slices.Concat(valuesEntries(), manifestEntries(), specEntries(), ignoreEntries(), factEntries(), apiEntries(),
		chartEntries(), overlayEntries(), iamEntries(), capacityEntries(), awsDocumentEntries(), functionEntries(), importEntries(),
		connectorEntries(), schedulerEntries())
	slices.SortFunc(all, func(a, b Entry) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return all
}
