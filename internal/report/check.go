package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
)

// CheckFormats are the names that WriteCheck takes, text first.
func CheckFormats() []string { return []string{FormatText, FormatJSON, FormatJUnit} }

// CheckReport is what a preflight found, and how it is written.
type CheckReport struct {
	app.Readiness
	// FailOn is the least severity that counts as failed in junit.
	FailOn diag.Severity
	// Tool is the version of the program.
	Tool string
	// Color has text coloured for a terminal.
	Color bool
}

// WriteCheck writes what a preflight found in a format.
func WriteCheck(name string, w io.Writer, r CheckReport) error {
	var b bytes.Buffer
	var err error
	switch name {
	case FormatText:
		writeCheckText(&b, r)
	case FormatJSON:
		err = writeCheckJSON(&b, r)
	case FormatJUnit:
		err = writeCheckJUnit(&b, r)
	default:
		return fmt.Errorf("format %q: want one of %s", name, strings.Join(CheckFormats(), ", "))
	}
	if err != nil {
		return fmt.Errorf("make the %s report: %w", name, err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write the checks: %w", err)
	}
	return nil
}

// word is "ok" or the severity of a check.
func word(c app.Check) string {
	if c.OK {
		return "ok"
	}
	return c.Severity.String()
}

// green colours what is well.
const green = "1;32"

// writeCheckText writes a line for each check below its category, with the hint
// below it.
func writeCheckText(b *bytes.Buffer, r CheckReport) {
	p := paint(r.Color)
	category := ""
	for _, c := range r.Checks {
		if c.Category != category {
			category = c.Category
			b.WriteString(p(bold, category) + "\n")
		}
		color := green
		if !c.OK {
			color = colorOf(c.Severity)
		}
		all := lines(c.Message)
		for i, line := range all {
			if i == 0 {
				fmt.Fprintf(b, "  %s %s: %s\n", p(color, fmt.Sprintf("%-7s", word(c))), c.ID, line)
				continue
			}
			fmt.Fprintf(b, "      %s\n", line)
		}
		for _, line := range lines(c.Hint) {
			b.WriteString("      " + p(dim, line) + "\n")
		}
	}
}

// CheckSummary counts the checks in one line without an end.
func CheckSummary(checks []app.Check) string {
	n, fine := [diag.Error + 1]int{}, 0
	for _, c := range checks {
		if c.OK {
			fine++
			continue
		}
		n[c.Severity]++
	}
	return fmt.Sprintf("%d ok, %s, %s, %s", fine,
		plural(n[diag.Error], "error"), plural(n[diag.Warning], "warning"), plural(n[diag.Info], "info"))
}

type jsonChecks struct {
	APIVersion string        `json:"apiVersion"`
	Kind       string        `json:"kind"`
	Version    string        `json:"version,omitempty"`
	Server     string        `json:"server"`
	Kubernetes string        `json:"kubernetesVersion"`
	Platform   string        `json:"platform,omitempty"`
	Ready      bool          `json:"ready"`
	Checks     []jsonCheck   `json:"checks"`
	Findings   []jsonFinding `json:"findings"`
}

type jsonCheck struct {
	ID       string `json:"id"`
	Category string `json:"category"`
	Severity string `json:"severity"` // ok, info, warning or error
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

func writeCheckJSON(b *bytes.Buffer, r CheckReport) error {
	out := jsonChecks{
		APIVersion: jsonVersion, Kind: "Check", Version: r.Tool, Server: r.Server, Kubernetes: r.Version,
		Platform: r.Platform, Ready: !r.Failed(r.FailOn), Checks: []jsonCheck{}, Findings: []jsonFinding{},
	}
	for _, c := range r.Checks {
		out.Checks = append(out.Checks, jsonCheck{c.ID, c.Category, word(c), c.Message, c.Hint})
	}
	for _, f := range r.Findings.Sorted() {
		line, column := region(f.Pos)
		out.Findings = append(out.Findings, jsonFinding{
			Code: f.Code, Severity: f.Severity.String(), File: f.Pos.File, Line: line, Column: column, Flag: f.Pos.Flag,
			Overlay: f.Pos.Overlay, Path: f.Path, Object: f.Object, Message: f.Message, Hint: f.Hint,
		})
	}
	return encode(b, out)
}

// writeCheckJUnit makes a suite of each category and a test of each check, and
// one of the findings about the values.
func writeCheckJUnit(b *bytes.Buffer, r CheckReport) error {
	all := junitSuites{Name: toolName}
	add := func(suite string, c junitCase) {
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != suite {
			all.Suites = append(all.Suites, junitSuite{Name: suite})
		}
		s := &all.Suites[len(all.Suites)-1]
		s.Cases = append(s.Cases, c)
		s.Tests++
		all.Tests++
		if c.Failure != nil {
			s.Failures++
			all.Failures++
		}
	}
	for _, c := range r.Checks {
		text := printable(c.Message)
		if hint := lines(c.Hint); len(hint) > 0 {
			text += "\n" + strings.Join(hint, "\n")
		}
		one := junitCase{Name: c.ID, ClassName: c.Category, Output: text}
		if !c.OK && c.Severity >= r.FailOn {
			one.Output, one.Failure = "", &junitFailure{Type: word(c), Message: printable(c.Message), Text: text}
		}
		add(c.Category, one)
	}
	findings := Report{FailOn: r.FailOn}
	for _, f := range r.Findings.Sorted() {
		name := f.Pos.File
		if name == "" {
			name = nowhere
		}
		add("values", findings.junitCase(name, f))
	}
	b.WriteString(xml.Header)
	e := xml.NewEncoder(b)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	b.WriteByte('\n')
	return nil
}
