package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// writeGitHub writes a workflow command a finding, which GitHub Actions shows at
// the line of the file (docs.github.com, "Workflow commands for GitHub Actions",
// "Setting an error message"; the escapes are those of
// github.com/actions/toolkit, packages/core/src/command.ts).
func writeGitHub(b *bytes.Buffer, r Report) error {
	rules, index := r.used()
	for _, f := range r.Findings {
		title := string(f.Code)
		if e := rules[index[f.Code]]; e.Title != "" {
			title += " " + e.Title
		}
		b.WriteString("::" + githubLevel(f.Severity) + " ")
		if inFile(f.Pos) {
			b.WriteString("file=" + escapeProperty(r.Repo.relative(f.Pos.File)) + ",")
			if line, column := region(f.Pos); line > 0 {
				fmt.Fprintf(b, "line=%d,", line)
				if column > 0 {
					fmt.Fprintf(b, "col=%d,", column)
				}
			}
		}
		b.WriteString("title=" + escapeProperty(title) + "::")
		text := sentence(f)
		if object := shownObject(f); object != "" {
			text = object + ": " + text
		}
		b.WriteString(escapeData(strings.Join(lines(text), "\n")))
		b.WriteByte('\n')
	}
	return nil
}

func githubLevel(s diag.Severity) string {
	if s == diag.Info {
		return "notice"
	}
	return s.String()
}

func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C").Replace(printable(s))
}
