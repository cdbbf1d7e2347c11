// Package report writes findings: as text for people, and as json, sarif, junit
// and github annotations for machines.
//
// Every format is deterministic, takes whatever text a finding holds, and names
// files relative to the repository where its readers want that. Plans of nodes are
// written as a table, json, yaml, csv and markdown. It may import capacity and
// diag, and is imported by cli alone.
package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// Report is what is written.
type Report struct {
	// Findings in any order; each format sorts them.
	Findings diag.List
	// Rules documents the codes, in any order; those of the findings are used. A
	// code that is not among them is written without documentation.
	Rules []diag.Entry
	// Files are the names of the files that were judged, as findings name them;
	// junit has a passed test for each that has no finding.
	Files []string
	// FailOn is the least severity that counts as a failed test in junit.
	FailOn diag.Severity
	// Version is that of the tool; machine formats leave an empty one out.
	Version string
	// Color has text coloured for a terminal (ANSI escape sequences).
	Color bool
	// Repo says where the repository lies: sarif and github name files relative
	// to its root.
	Repo Repo
}

// The names of the formats.
const (
	FormatText   = "text"
	FormatJSON   = "json"
	FormatSARIF  = "sarif"
	FormatJUnit  = "junit"
	FormatGitHub = "github"
)

type format struct {
	name  string
	write func(*bytes.Buffer, Report) error
}

func formats() []format {
	return []format{
		{FormatText, writeText},
		{FormatJSON, writeJSON},
		{FormatSARIF, writeSARIF},
		{FormatJUnit, writeJUnit},
		{FormatGitHub, writeGitHub},
	}
}

// Formats are the names that Write takes, text first.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Write writes the report in a format. Nothing is written when there is an
// error before the first byte: an unknown format, or one that cannot be made.
func Write(name string, w io.Writer, r Report) error {
	r.Findings = r.Findings.Sorted()
	for _, f := range formats() {
		if f.name != name {
			continue
		}
		var b bytes.Buffer
		if err := f.write(&b, r); err != nil {
			return fmt.Errorf("make the %s report: %w", name, err)
		}
		if _, err := b.WriteTo(w); err != nil {
			return fmt.Errorf("write findings: %w", err)
		}
		return nil
	}
	return fmt.Errorf("format %q: want one of %s", name, strings.Join(Formats(), ", "))
}

// Summary counts the findings in one line without an end: "1 error, 0 warnings,
// 0 info".
func Summary(findings diag.List) string {
	n := count(findings)
	return strings.Join([]string{
		plural(n[diag.Error], "error"), plural(n[diag.Warning], "warning"), plural(n[diag.Info], "info"),
	}, ", ")
}

// count has the number of findings of each severity at its index.
func count(findings diag.List) [diag.Error + 1]int {
	var n [diag.Error + 1]int
	for _, f := range findings {
		n[min(max(f.Severity, diag.Info), diag.Error)]++
	}
	return n
}

func plural(n int, word string) string {
	if n == 1 || word == "info" {
		return fmt.Sprintf("%d %s", n, word)
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// used returns the documentation of the codes of the findings, in the order of
// the codes, each once, and where each code is in it.
func (r Report) used() (rules []diag.Entry, index map[diag.Code]int) {
	index = map[diag.Code]int{}
	known := make(map[diag.Code]diag.Entry, len(r.Rules))
	for _, e := range r.Rules {
		known[e.Code] = e
	}
	for _, f := range r.Findings {
		if _, ok := index[f.Code]; ok {
			continue
		}
		index[f.Code] = 0
		e, ok := known[f.Code]
		if !ok {
			e = diag.Entry{Code: f.Code, Severity: f.Severity}
		}
		rules = append(rules, e)
	}
	slices.SortFunc(rules, func(a, b diag.Entry) int { return strings.Compare(string(a.Code), string(b.Code)) })
	for i, e := range rules {
		index[e.Code] = i
	}
	return rules, index
}
