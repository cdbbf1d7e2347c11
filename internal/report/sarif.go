package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// The names that SARIF's readers see.
const (
	toolName    = "helm-flink"
	projectURI  = "https://github.com/helm-flink/helm-flink"
	sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"
	sarifBase   = "SRCROOT"
	fingerprint = "helmFlink/v1"
)

// The parts of SARIF 2.1.0 (OASIS Standard, 27 March 2020) that are written;
// the numbers of the sections stand beside them.
type (
	sarifLog struct { // 3.13
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct { // 3.14
		Tool       sarifTool                `json:"tool"`
		Bases      map[string]sarifArtifact `json:"originalUriBaseIds"`
		ColumnKind string                   `json:"columnKind"`
		Results    []sarifResult            `json:"results"`
	}
	sarifTool struct { // 3.18
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct { // 3.19
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct { // 3.49
		ID               string            `json:"id"`
		ShortDescription sarifText         `json:"shortDescription"`
		FullDescription  sarifText         `json:"fullDescription"`
		HelpURI          string            `json:"helpUri,omitempty"`
		Help             sarifText         `json:"help"`
		Configuration    sarifLevel        `json:"defaultConfiguration"`
		Properties       map[string]string `json:"properties,omitempty"`
	}
	sarifText struct { // 3.11, 3.12
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifLevel struct { // 3.50
		Level string `json:"level"`
	}
	sarifResult struct { // 3.27
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct { // 3.28
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct { // 3.29
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct { // 3.4
		URI         string     `json:"uri,omitempty"`
		URIBaseID   string     `json:"uriBaseId,omitempty"`
		Description *sarifText `json:"description,omitempty"`
	}
	sarifRegion struct { // 3.30
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
	sarifLogical struct { // 3.33
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
)

func writeSARIF(b *bytes.Buffer, r Report) error {
	rules, index := r.used()
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: toolName, Version: r.Version, InformationURI: projectURI, Rules: []sarifRule{}}},
		Bases: map[string]sarifArtifact{
			sarifBase: {Description: &sarifText{Text: "The root of the repository that the files are in."}},
		},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for _, e := range rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(e))
	}
	seen := map[string]int{}
	for _, f := range r.Findings {
		result := sarifResult{
			RuleID: string(f.Code), RuleIndex: index[f.Code], Level: sarifLevelOf(f.Severity),
			Message: sarifText{Text: sentence(f)},
		}
		result.Locations = []sarifLocation{r.sarifPlace(f)}
		id := r.identity(f)
		seen[id]++
		result.Fingerprints = map[string]string{fingerprint: fmt.Sprintf("%s:%d", id, seen[id])}
		run.Results = append(run.Results, result)
	}
	return encode(b, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifRuleOf(e diag.Entry) sarifRule {
	rule := sarifRule{
		ID: string(e.Code), HelpURI: helpURI(e), Configuration: sarifLevel{sarifLevelOf(e.Severity)},
		// What GitHub code scanning shows beside a result.
		Properties: map[string]string{"problem.severity": githubSeverity(e.Severity), "precision": "very-high"},
	}
	if e.Title == "" { // GitHub wants the three of every rule
		name := sarifText{Text: "Findings " + string(e.Code)}
		rule.ShortDescription, rule.FullDescription, rule.Help = name, name, name
		return rule
	}
	rule.ShortDescription = sarifText{Text: e.Title}
	rule.FullDescription = sarifText{Text: e.What}
	bad, good := e.Shown()
	rule.Help = sarifText{
		Text: fmt.Sprintf("%s\n\n%s\n\nBad:\n\n%s\nGood:\n\n%s\nSource: %s", e.What, e.Why, bad, good, e.Source),
		Markdown: fmt.Sprintf("%s\n\n%s\n\nBad:\n\n```yaml\n%s```\n\nGood:\n\n```yaml\n%s```\n\nSource: %s",
			e.What, e.Why, bad, good, e.Source),
	}
	return rule
}

// helpURI is where a documented code is explained.
func helpURI(e diag.Entry) string {
	if e.Title == "" {
		return ""
	}
	return projectURI + "/blob/main/docs/rules.md#" + url.PathEscape(strings.ToLower(string(e.Code)))
}

func sarifLevelOf(s diag.Severity) string {
	if s == diag.Info {
		return "note"
	}
	return s.String()
}

// githubSeverity is the word of GitHub's property problem.severity.
func githubSeverity(s diag.Severity) string {
	if s == diag.Info {
		return "recommendation"
	}
	return s.String()
}

// sentence is a finding as a message of its own: a place that is not a file
// stands in front, the hint behind.
func sentence(f diag.Finding) string {
	var b strings.Builder
	if !inFile(f.Pos) && !f.Pos.IsZero() {
		b.WriteString(f.Pos.String() + ": ")
	}
	if f.Path != "" {
		b.WriteString(f.Path + ": ")
	}
	b.WriteString(f.Message + f.StackNote())
	if f.Hint != "" {
		b.WriteString("\n" + f.Hint)
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

// inFile reports whether a position is one in a file: neither on the command
// line nor in standard input, "(stdin)".
func inFile(p diag.Position) bool {
	return p.File != "" && p.Flag == "" && p.File != "-" && p.File != "(stdin)"
}

func (r Report) sarifPlace(f diag.Finding) sarifLocation {
	var place sarifLocation
	if inFile(f.Pos) {
		uri := (&url.URL{Path: strings.ToValidUTF8(r.Repo.relative(f.Pos.File), "\uFFFD")}).EscapedPath()
		if first, _, _ := strings.Cut(uri, "/"); strings.Contains(first, ":") {
			uri = "./" + uri // RFC 3986, 4.2: it would be a scheme
		}
		line, column := region(f.Pos)
		place.Physical = &sarifPhysical{
			Artifact: sarifArtifact{URI: uri, URIBaseID: sarifBase},
			Region:   sarifRegion{max(line, 1), column}, // a finding about the whole file is shown at its start
		}
	}
	if f.Path != "" {
		place.Logical = append(place.Logical, sarifLogical{f.Path, "member"})
	}
	if f.Object != "" {
		place.Logical = append(place.Logical, sarifLogical{f.Object, "resource"})
	}
	if place.Physical == nil && place.Logical == nil { // GitHub wants a location of every result
		place.Logical = []sarifLogical{{cmp.Or(f.Pos.String(), toolName), "module"}}
	}
	return place
}

// identity is the same for a finding as long as its file, code, path, object
// and message are, wherever its line goes.
func (r Report) identity(f diag.Finding) string {
	file := f.Pos.Flag
	if inFile(f.Pos) {
		file = r.Repo.relative(f.Pos.File)
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{file, string(f.Code), f.Path, f.Object, f.Message}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
