package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/app"
)

// FormatWide is the table with more columns, and what the autoscaler did.
const FormatWide = "wide"

// StatusFormats are the names that WriteStatus takes, table first.
func StatusFormats() []string { return []string{FormatTable, FormatJSON, FormatYAML, FormatWide} }

// DataFormats are the names that WriteData takes, table first.
func DataFormats() []string { return []string{FormatTable, FormatJSON, FormatYAML} }

// WriteStatus writes a status in a format; ages are those at the time now.
// Nothing is written when there is an error before the first byte.
func WriteStatus(format string, w io.Writer, s app.Status, now time.Time) error {
	switch format {
	case FormatJSON, FormatYAML:
		return WriteData(format, w, "PlatformStatus", s)
	}
	sheets := []sheet{statusSheet(s.Items, now, format == FormatWide)}
	sheets[0].title = fmt.Sprintf("Platform %s on %s", s.Platform, s.Server)
	for _, line := range s.Unread {
		sheets[0].after = append(sheets[0].after, "not read: "+printable(line))
	}
	if format == FormatWide {
		for _, item := range s.Items {
			sheets = append(sheets, detailSheets(item)...)
		}
	}
	return writeSheets(w, sheets)
}

// WriteData writes data as json or yaml, with the version of its form and a kind.
func WriteData(format string, w io.Writer, kind string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("make %s: %w", format, err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		return fmt.Errorf("make %s: %w", format, err)
	}
	fields["apiVersion"], fields["kind"] = jsonVersion, kind
	if text, err = json.MarshalIndent(fields, "", "  "); err == nil && format == FormatYAML {
		text, err = yaml.JSONToYAML(text)
	}
	if err != nil {
		return fmt.Errorf("make %s: %w", format, err)
	}
	_, err = w.Write(append(bytes.TrimRight(text, "\n"), '\n'))
	return err
}

func writeSheets(w io.Writer, sheets []sheet) error {
	var b bytes.Buffer
	for i, s := range sheets {
		if i > 0 {
			b.WriteByte('\n')
		}
		indent := ""
		if s.title != "" {
			fmt.Fprintln(&b, printable(s.title))
			indent = "  "
		}
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		if len(s.rows) > 0 {
			fmt.Fprintln(table, indent+strings.ToUpper(strings.Join(s.header, "\t")))
		}
		for _, row := range s.rows {
			cells := make([]string, len(row))
			for i, cell := range row {
				cells[i] = orDash(printable(cell))
			}
			fmt.Fprintln(table, indent+strings.Join(cells, "\t"))
		}
		if err := table.Flush(); err != nil {
			return err
		}
		for _, line := range s.after {
			fmt.Fprintln(&b, indent+line)
		}
	}
	_, err := io.WriteString(w, trimLines(b.String()))
	return err
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// statusSheet is the table of items; their errors follow it, a line each.
func statusSheet(items []app.StatusItem, now time.Time, wide bool) sheet {
	out := sheet{header: []string{
		"namespace", "name", "kind", "release", "rev", "status", "lifecycle", "job", "restarts", "checkpoint", "savepoint",
		"par", "pods", "nodes", "version",
	}}
	if wide {
		out.header = append(out.header, "image", "node names", "savepoint path")
	}
	for _, i := range items {
		row := statusRow(i, now)
		if wide {
			names := make([]string, len(i.Nodes))
			for n, node := range i.Nodes {
				names[n] = node.Name
			}
			path := ""
			if i.Savepoint != nil {
				path = i.Savepoint.Path
			}
			row = append(row, i.Image, strings.Join(names, ","), path)
		}
		out.rows = append(out.rows, row)
		if i.Error != "" {
			out.after = append(out.after, fmt.Sprintf("%s/%s: %s", printable(i.Namespace), printable(i.Name), printable(i.Error)))
		}
	}
	if len(items) == 0 {
		out.after = append(out.after, "there is nothing")
	}
	return out
}

func statusRow(i app.StatusItem, now time.Time) []string {
	name, rev, status := "", "", ""
	if i.Release != nil {
		name, rev, status = i.Release.Name, strconv.Itoa(i.Release.Revision), i.Release.Status
	}
	restarts, parallelism, pods := "", "", ""
	if i.Restarts != nil {
		restarts = strconv.FormatInt(*i.Restarts, 10)
	}
	if i.Parallelism > 0 {
		parallelism = strconv.FormatInt(i.Parallelism, 10)
	}
	if i.Pods != nil {
		pods = fmt.Sprintf("%d/%d", i.Pods.Ready, i.Pods.Total)
	}
	return []string{
		i.Namespace, i.Name, kindWord(i), name, rev, status, i.Lifecycle, i.JobState, restarts, age(i.Checkpoint, now),
		age(i.Savepoint, now), parallelism, pods, nodesWord(i.Nodes), versionWord(i),
	}
}

// kindWord says in the words of the values what an item is.
func kindWord(i app.StatusItem) string {
	switch i.Kind {
	case "FlinkSessionJob":
		return "session job"
	case "FlinkBlueGreenDeployment":
		return "blue/green"
	case "FlinkStateSnapshot":
		return "snapshot"
	case "FlinkDeployment":
		if i.Session {
			return "session cluster"
		}
		return "application"
	}
	if i.Release != nil {
		return i.Release.Kind
	}
	return i.Kind
}

// versionWord is Flink's version, 1.20 for v1_20, or the tag of the operator's image.
func versionWord(i app.StatusItem) string {
	if i.FlinkVersion != "" {
		return strings.ReplaceAll(strings.TrimPrefix(i.FlinkVersion, "v"), "_", ".")
	}
	if i.Kind != "Deployment" {
		return ""
	}
	image, _, _ := strings.Cut(i.Image, "@")
	if at := strings.LastIndex(image, ":"); at > strings.LastIndex(image, "/") {
		return image[at+1:]
	}
	return ""
}

// nodesWord counts the nodes and names their pools: "3 flink-amd64,flink-nvme".
func nodesWord(nodes []app.StatusNode) string {
	if len(nodes) == 0 {
		return ""
	}
	var pools []string
	for _, n := range nodes {
		if n.Pool != "" && !slices.Contains(pools, n.Pool) {
			pools = append(pools, n.Pool)
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", len(nodes), strings.Join(pools, ",")))
}

// age is how long ago a snapshot was taken; "yes" where that is not known.
func age(s *app.StatusSnapshot, now time.Time) string {
	if s == nil {
		return ""
	}
	at, err := time.Parse(time.RFC3339, s.Time)
	if err != nil {
		return "yes"
	}
	return span(now.Sub(at))
}

// span shortens a duration to its largest unit, as kubectl does for ages.
func span(d time.Duration) string {
	switch {
	case d < 0:
		return "0s"
	case d < 2*time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	default:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
}

// detailSheets are the vertices and the autoscaler's steps of an item.
func detailSheets(i app.StatusItem) []sheet {
	var out []sheet
	if len(i.Vertices) > 0 {
		s := sheet{title: fmt.Sprintf("Vertices of %s/%s", i.Namespace, i.Name), header: []string{"vertex", "parallelism"}}
		for _, v := range i.Vertices {
			s.rows = append(s.rows, []string{v.ID, strconv.FormatInt(v.Parallelism, 10)})
		}
		out = append(out, s)
	}
	if len(i.Scaling) > 0 {
		s := sheet{title: fmt.Sprintf("Autoscaler of %s/%s", i.Namespace, i.Name), header: []string{"time", "vertex", "change"}}
		for _, step := range i.Scaling {
			said := step.Report
			if said == "" {
				said = fmt.Sprintf("%d → %d", step.From, step.To)
			}
			s.rows = append(s.rows, []string{step.Time, step.Vertex, said})
		}
		out = append(out, s)
	}
	return out
}
