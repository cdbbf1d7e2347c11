package report

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// The identity of the json format; schemas/report.schema.json describes it. A
// change that a reader could stumble over gets another version.
const (
	jsonVersion = "helm-flink.dev/v1"
	jsonKind    = "Report"
)

type jsonReport struct {
	APIVersion string        `json:"apiVersion"`
	Kind       string        `json:"kind"`
	Version    string        `json:"version,omitempty"`
	Summary    jsonSummary   `json:"summary"`
	Findings   []jsonFinding `json:"findings"`
	Rules      []jsonRule    `json:"rules"`
}

type jsonSummary struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Infos    int `json:"infos"`
}

type jsonFinding struct {
	Code     diag.Code `json:"code"`
	Severity string    `json:"severity"`
	File     string    `json:"file,omitempty"`
	Line     int       `json:"line,omitempty"`
	Column   int       `json:"column,omitempty"`
	Flag     string    `json:"flag,omitempty"`
	Overlay  string    `json:"overlay,omitempty"`
	Path     string    `json:"path,omitempty"`
	Object   string    `json:"object,omitempty"`
	Message  string    `json:"message"`
	Hint     string    `json:"hint,omitempty"`
	Stacks   []string  `json:"stacks,omitempty"`
}

type jsonRule struct {
	Code     diag.Code `json:"code"`
	Severity string    `json:"severity"`
	Title    string    `json:"title,omitempty"`
	What     string    `json:"what,omitempty"`
	Why      string    `json:"why,omitempty"`
	Source   string    `json:"source,omitempty"`
	HelpURI  string    `json:"helpUri,omitempty"`
}

func writeJSON(b *bytes.Buffer, r Report) error {
	n := count(r.Findings)
	out := jsonReport{
		APIVersion: jsonVersion, Kind: jsonKind, Version: r.Version,
		Summary:  jsonSummary{Errors: n[diag.Error], Warnings: n[diag.Warning], Infos: n[diag.Info]},
		Findings: []jsonFinding{}, Rules: []jsonRule{},
	}
	for _, f := range r.Findings {
		line, column := region(f.Pos)
		out.Findings = append(out.Findings, jsonFinding{
			Code: f.Code, Severity: f.Severity.String(), File: f.Pos.File, Line: line, Column: column, Flag: f.Pos.Flag,
			Overlay: f.Pos.Overlay, Path: f.Path, Object: f.Object, Message: f.Message, Hint: f.Hint, Stacks: stacks(f),
		})
	}
	rules, _ := r.used()
	for _, e := range rules {
		out.Rules = append(out.Rules, jsonRule{
			Code: e.Code, Severity: e.Severity.String(), Title: e.Title, What: e.What, Why: e.Why, Source: e.Source, HelpURI: helpURI(e),
		})
	}
	return encode(b, out)
}

// stacks are the stacks that have a finding.
func stacks(f diag.Finding) []string {
	if f.Stacks == "" {
		return nil
	}
	return strings.Split(f.Stacks, ", ")
}

// region returns line and column of a position, each 0 unless it and what
// stands before it is known.
func region(p diag.Position) (line, column int) {
	if p.File == "" || p.Flag != "" || p.Line < 1 {
		return 0, 0
	}
	return p.Line, max(p.Column, 0)
}

// encode writes indented JSON that leaves <, > and & as they are; what is not
// UTF-8 becomes U+FFFD.
func encode(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
