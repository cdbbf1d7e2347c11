package report

import (
	"bytes"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// writeText writes the findings by file, each in the one line of
// diag.Finding.String with its hint indented below. Where a path is one of a
// manifest, which many objects have, the object stands behind it. On a terminal
// an empty line parts the files.
func writeText(b *bytes.Buffer, r Report) error {
	p := paint(r.Color)
	for i, f := range r.Findings {
		if r.Color && i > 0 && f.Pos.File != r.Findings[i-1].Pos.File {
			b.WriteByte('\n')
		}
		if !f.Pos.IsZero() {
			b.WriteString(p(bold, printable(f.Pos.String())))
			b.WriteString(": ")
		}
		b.WriteString(p(colorOf(f.Severity), f.Severity.String()))
		b.WriteByte(' ')
		b.WriteString(printable(string(f.Code)))
		if f.Path != "" {
			b.WriteByte(' ')
			b.WriteString(printable(f.Path))
		}
		if about := shownAbout(f); about != "" {
			b.WriteString(" (" + printable(about) + ")")
		}
		b.WriteString(": ")
		b.WriteString(printable(f.Message + f.StackNote()))
		b.WriteByte('\n')
		for _, line := range lines(f.Hint) {
			b.WriteString("    ")
			b.WriteString(p(dim, line))
			b.WriteByte('\n')
		}
	}
	return nil
}

// shownAbout is what stands behind a path: the object, and the overlay that set the
// field.
func shownAbout(f diag.Finding) string {
	var about []string
	if object := shownObject(f); object != "" {
		about = append(about, object)
	}
	if f.Pos.Overlay != "" {
		about = append(about, "by overlay "+f.Pos.Overlay)
	}
	return strings.Join(about, ", ")
}

// shownObject is the object that is named beside a path: none if the path is
// one of the values, which has it in its own words.
func shownObject(f diag.Finding) string {
	if f.Path == "" {
		return f.Object
	}
	first, _, _ := strings.Cut(f.Path, ".")
	first, _, _ = strings.Cut(first, "[")
	if slices.Contains(rootFields(), first) {
		return f.Object
	}
	return ""
}

// rootFields are the top-level fields of the Kubernetes kinds that are judged;
// none of them is a key of the values (schemas/values.schema.json).
func rootFields() []string {
	return []string{
		"apiVersion", "kind", "metadata", "spec", "status", "data", "binaryData", "stringData", "immutable", "type",
		"rules", "roleRef", "subjects", "aggregationRule", "webhooks", "secrets", "imagePullSecrets", "automountServiceAccountToken",
		"provisioner", "parameters", "reclaimPolicy", "mountOptions", "allowVolumeExpansion", "volumeBindingMode", "allowedTopologies",
		"value", "globalDefault", "description", "preemptionPolicy",
	}
}

// The ANSI sequences of text (ECMA-48, 8.3.117 SGR).
const (
	bold   = "1"
	dim    = "2"
	red    = "1;31"
	yellow = "1;33"
	cyan   = "1;36"
)

func colorOf(s diag.Severity) string {
	switch s {
	case diag.Error:
		return red
	case diag.Warning:
		return yellow
	default:
		return cyan
	}
}

// paint returns a function that colours text, or leaves it as it is.
func paint(color bool) func(sequence, s string) string {
	if !color {
		return func(_, s string) string { return s }
	}
	return func(sequence, s string) string { return "\x1b[" + sequence + "m" + s + "\x1b[0m" }
}
