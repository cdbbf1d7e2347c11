// Package diag holds what every stage uses to say that the input is wrong:
// findings with a stable code, a severity, a position and a hint.
//
// It is a leaf: it imports nothing of this module. An error value means that
// the tool could not do its work; a Finding means that the user's input is
// wrong. Stages collect all findings and stop at none.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says how bad a finding is. The zero value is Info.
type Severity int

// The three severities, from mild to grave.
const (
	Info Severity = iota
	Warning
	Error
)

// String returns "info", "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "info"
	}
}

// ParseSeverity reads the words that String writes.
func ParseSeverity(s string) (Severity, error) {
	for _, v := range []Severity{Info, Warning, Error} {
		if v.String() == s {
			return v, nil
		}
	}
	return Info, fmt.Errorf("severity %q: want info, warning or error", s)
}

// Position is a place in the user's input. Line and Column count from 1, in
// runes; 0 means unknown. A value that came from the command line has Flag set
// ("--set", "--set-string", …) and no line. Overlay is the Kustomize directory that
// set a value, which may lie beside the file that says so.
type Position struct {
	File    string
	Line    int
	Column  int
	Flag    string
	Overlay string
}

// String returns file:line:column, file, or the flag, whichever is known.
func (p Position) String() string {
	switch {
	case p.Flag != "":
		return p.Flag
	case p.Line > 0:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	default:
		return p.File
	}
}

// IsZero reports whether nothing is known.
func (p Position) IsZero() bool { return p == Position{} }

// Finding is one thing that the user must know.
type Finding struct {
	Code     Code
	Severity Severity
	Pos      Position
	// Path is the values path, dotted: jobs.orders.upgradeMode, or the path in
	// a manifest: spec.job.upgradeMode. Empty for a finding about a whole file.
	Path string
	// Object names the Kubernetes object, "FlinkDeployment team/orders"; empty
	// for a finding about values.
	Object string
	// Message is one line, lower case, without a trailing dot.
	Message string
	// Hint says what to do about it; it may be empty.
	Hint string
	// Stacks names the stacks of .helm-flink.yaml that have the finding, parted by
	// ", ", where stacks were judged.
	Stacks string
}

// String is the text form: position, severity, code, path and message in one
// line, without the hint.
func (f Finding) String() string {
	var b strings.Builder
	if !f.Pos.IsZero() {
		b.WriteString(f.Pos.String())
		b.WriteString(": ")
	}
	b.WriteString(f.Severity.String())
	b.WriteByte(' ')
	b.WriteString(string(f.Code))
	if f.Path != "" {
		b.WriteByte(' ')
		b.WriteString(f.Path)
	}
	b.WriteString(": ")
	b.WriteString(f.Message)
	b.WriteString(f.StackNote())
	return b.String()
}

// StackNote says which stacks have the finding, as the end of a line:
// " [stack prod]", or nothing.
func (f Finding) StackNote() string {
	switch {
	case f.Stacks == "":
		return ""
	case strings.Contains(f.Stacks, ", "):
		return " [stacks " + f.Stacks + "]"
	default:
		return " [stack " + f.Stacks + "]"
	}
}

// List is a collection of findings.
type List []Finding

// Has reports whether the list holds a finding of at least this severity.
func (l List) Has(s Severity) bool {
	return slices.ContainsFunc(l, func(f Finding) bool { return f.Severity >= s })
}

// Sorted returns the findings by file, line, column, code, path, message, severity, hint,
// object and stacks, each once: of those that say the same at one place of the values, about
// several objects that were made from it, the first stands.
func (l List) Sorted() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Finding) bool {
		if a.Pos.Line > 0 {
			b.Object = a.Object
		}
		return a == b
	})
}

func compare(a, b Finding) int {
	return cmp.Or(
		strings.Compare(a.Pos.File, b.Pos.File),
		strings.Compare(a.Pos.Flag, b.Pos.Flag),
		cmp.Compare(a.Pos.Line, b.Pos.Line),
		cmp.Compare(a.Pos.Column, b.Pos.Column),
		strings.Compare(string(a.Code), string(b.Code)),
		strings.Compare(a.Path, b.Path),
		strings.Compare(a.Message, b.Message),
		cmp.Compare(a.Severity, b.Severity),
		strings.Compare(a.Hint, b.Hint),
		strings.Compare(a.Object, b.Object),
		strings.Compare(a.Stacks, b.Stacks),
	)
}
