// Package report writes findings for people.
//
// It may import diag and is imported by cli alone.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// Text writes each finding in one line, its hint indented below it, and at the
// end a line that counts them. No findings write nothing.
func Text(w io.Writer, findings diag.List) error {
	if len(findings) == 0 {
		return nil
	}
	var b strings.Builder
	count := map[diag.Severity]int{}
	for _, f := range findings {
		count[f.Severity]++
		b.WriteString(f.String())
		b.WriteByte('\n')
		if f.Hint != "" {
			b.WriteString("    ")
			b.WriteString(f.Hint)
			b.WriteByte('\n')
		}
	}
	fmt.Fprintf(&b, "%s, %s, %s\n",
		plural(count[diag.Error], "error"), plural(count[diag.Warning], "warning"), plural(count[diag.Info], "info"))
	_, err := io.WriteString(w, b.String())
	if err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

func plural(n int, word string) string {
	if n == 1 || word == "info" {
		return fmt.Sprintf("%d %s", n, word)
	}
	return fmt.Sprintf("%d %ss", n, word)
}
