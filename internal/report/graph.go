package report

import (
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/overview"
)

// writeMermaid writes the picture as a Mermaid flowchart (mermaid.js.org, "Flowcharts
// Syntax"). Text is in quotes with HTML entities, so that any name can be shown.
func writeMermaid(b *bytes.Buffer, t overview.Topology) {
	text := func(lines ...string) string {
		var out []string
		for _, line := range lines {
			if line != "" {
				out = append(out, mermaidEscape(line))
			}
		}
		return `"` + strings.Join(out, "<br/>") + `"`
	}
	b.WriteString("flowchart LR\n")
	fmt.Fprintf(b, "  %s[%s]\n", t.Operator.ID, text(append([]string{t.Operator.Name}, t.Operator.Lines...)...))
	for _, team := range t.Teams {
		fmt.Fprintf(b, "  subgraph %s[%s]\n", team.ID, text(append([]string{team.Name}, team.Lines...)...))
		for _, row := range team.Rows {
			fmt.Fprintf(b, "    %s(%s)\n", row.ID, text(row.Name, row.Note))
		}
		b.WriteString("  end\n")
	}
	for _, pool := range t.Pools {
		fmt.Fprintf(b, "  %s[(%s)]\n", pool.ID, text(append([]string{pool.Name}, pool.Lines...)...))
	}
	if t.AnyNode {
		fmt.Fprintf(b, "  %s[(%s)]\n", overview.AnyNodeID, text("any node"))
	}
	for _, team := range t.Teams {
		fmt.Fprintf(b, "  %s -.-> %s\n", t.Operator.ID, team.ID)
		for _, row := range team.Rows {
			if row.JobManager == row.TaskManager {
				fmt.Fprintf(b, "  %s --> %s\n", row.ID, row.TaskManager)
				continue
			}
			fmt.Fprintf(b, "  %s -->|TaskManagers| %s\n", row.ID, row.TaskManager)
			fmt.Fprintf(b, "  %s -.->|JobManager| %s\n", row.ID, row.JobManager)
		}
	}
}

// mermaidEscape writes what Mermaid or the HTML of its labels would read otherwise
// as entities, which Mermaid writes with # in the place of &.
func mermaidEscape(line string) string {
	return strings.NewReplacer(
		"#", "#35;", "&", "#amp;", `"`, "#quot;", "<", "#lt;", ">", "#gt;",
		"`", "#96;", "%", "#37;", `\`, "#92;",
	).Replace(printable(line))
}

// writeDot writes the picture for Graphviz (graphviz.org, "DOT Language").
func writeDot(b *bytes.Buffer, t overview.Topology) {
	text := func(lines ...string) string {
		var out []string
		for _, line := range lines {
			if line != "" {
				out = append(out, html.EscapeString(printable(line)))
			}
		}
		// A backslash starts an escape in a label, and entities are read there.
		return strings.ReplaceAll(strings.ReplaceAll(strings.Join(out, "\x00"), `\`, `\\`), "\x00", `\n`)
	}
	fmt.Fprintf(b, "digraph platform {\n  label=\"%s\"\n", text(t.Platform+" on "+t.Cluster))
	b.WriteString("  rankdir=LR\n  compound=true\n  node [shape=box style=rounded fontname=\"sans-serif\"]\n")
	b.WriteString("  edge [fontname=\"sans-serif\" fontsize=10]\n")
	fmt.Fprintf(b, "  %s [label=\"%s\"]\n", t.Operator.ID, text(append([]string{t.Operator.Name}, t.Operator.Lines...)...))
	for _, team := range t.Teams {
		fmt.Fprintf(b, "  subgraph cluster_%s {\n    label=\"%s\"\n", team.ID, text(append([]string{team.Name}, team.Lines...)...))
		for _, row := range team.Rows {
			fmt.Fprintf(b, "    %s [label=\"%s\"]\n", row.ID, text(row.Name, row.Note))
		}
		b.WriteString("  }\n")
	}
	for _, pool := range t.Pools {
		label := text(append([]string{pool.Name}, pool.Lines...)...)
		fmt.Fprintf(b, "  %s [shape=cylinder style=\"\" label=\"%s\"]\n", pool.ID, label)
	}
	if t.AnyNode {
		fmt.Fprintf(b, "  %s [shape=cylinder style=dashed label=\"any node\"]\n", overview.AnyNodeID)
	}
	for _, team := range t.Teams {
		if len(team.Rows) > 0 {
			fmt.Fprintf(b, "  %s -> %s [style=dotted lhead=%s]\n", t.Operator.ID, team.Rows[0].ID, strconv.Quote("cluster_"+team.ID))
		}
		for _, row := range team.Rows {
			if row.JobManager == row.TaskManager {
				fmt.Fprintf(b, "  %s -> %s\n", row.ID, row.TaskManager)
				continue
			}
			fmt.Fprintf(b, "  %s -> %s [label=TaskManagers]\n", row.ID, row.TaskManager)
			fmt.Fprintf(b, "  %s -> %s [label=JobManager style=dashed]\n", row.ID, row.JobManager)
		}
	}
	b.WriteString("}\n")
}
