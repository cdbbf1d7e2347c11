package stream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/yamltext"
)

// bisected is the size up to which a wrong line of the parser is mended, which
// parses the text again, some ten times.
const bisected = 1 << 18

// syntaxError turns the parser's error into a finding about its line, or about
// what is known to cause such errors.
func (d *Document) syntaxError(err error) diag.List {
	lines := strings.Split(string(d.Text), "\n")
	line, problem := yamltext.ParserError(err)
	if strings.HasPrefix(problem, "exceeded max depth") {
		return diag.List{fail(diag.CodeManifestLarge, d.at(min(max(line, 1), len(lines)), 1),
			fmt.Sprintf("lists and mappings are nested over %d levels deep", maxDepth), "")}
	}
	if f, ok := d.jsonError(); ok {
		return diag.List{f}
	}
	if at := yamltext.Conflict(lines); at > 0 {
		return d.syntax(at, 1, "a merge conflict starts here", "resolve it: git status names the files")
	}
	if strings.HasPrefix(problem, "did not find expected") && len(d.Text) <= bisected {
		if at := yamltext.FailingLine(d.Text, lines, err, parses); at > 0 {
			line = at
		}
	}
	line = min(max(line, 1), len(lines))
	if at, column := tabNear(lines, line); column > 0 {
		return d.syntax(at, column, "a tab is used for indentation", "indent with spaces")
	}
	if name, ok := yamltext.UnknownAnchor(problem); ok {
		at, column := yamltext.AliasPlace(lines, name)
		return d.syntax(at, column, fmt.Sprintf("there is no anchor %q before this alias", name),
			"define it above with &"+name+", or quote the text if a plain * is meant")
	}
	if at := slices.IndexFunc(lines, isTemplate); at >= 0 {
		before, _, _ := strings.Cut(lines[at], "{{")
		return d.syntax(at+1, utf8.RuneCountInString(before)+1,
			"this is a template, not a manifest", "render the chart first: helm template … | helm flink validate -")
	}
	code := strings.TrimLeft(lines[line-1], " \t")
	return d.syntax(line, utf8.RuneCountInString(lines[line-1])-utf8.RuneCountInString(code)+1, problem, syntaxHint(problem))
}

// parses returns what the parser says of a text.
func parses(text []byte) error {
	_, err := parseYAML(text)
	return err
}

func (d *Document) syntax(line, column int, message, hint string) diag.List {
	return diag.List{fail(diag.CodeManifestSyntax, d.at(line, column), message, hint)}
}

// jsonError is about text that starts as JSON and is neither that nor YAML.
func (d *Document) jsonError() (diag.Finding, bool) {
	if !bytes.HasPrefix(bytes.TrimLeft(d.Text, " \t\r\n"), []byte(`{`)) || !regexp.MustCompile(`^\s*\{\s*"`).Match(d.Text) {
		return diag.Finding{}, false
	}
	var wrong *json.SyntaxError
	var whole json.RawMessage
	if !errors.As(json.Unmarshal(d.Text, &whole), &wrong) {
		return diag.Finding{}, false
	}
	return fail(diag.CodeManifestSyntax, d.place(min(max(int(wrong.Offset)-1, 0), len(d.Text))), wrong.Error(),
		"check the commas, quotes and brackets here"), true
}

// tabNear finds a tab in the indentation of a line or of those beside it.
func tabNear(lines []string, line int) (at, column int) {
	for _, at := range []int{line, line - 1, line + 1} {
		if at < 1 || at > len(lines) {
			continue
		}
		text := strings.TrimLeft(lines[at-1], " ")
		if strings.HasPrefix(text, "\t") && strings.TrimSpace(text) != "" {
			return at, len(lines[at-1]) - len(text) + 1
		}
	}
	return 0, 0
}

// isTemplate reports whether a line has an action of a Helm template.
func isTemplate(line string) bool {
	code, _, _ := strings.Cut(line, " #")
	return strings.Contains(code, "{{") && strings.Contains(code, "}}")
}

// syntaxHint says what to do about a message of the parser.
func syntaxHint(problem string) string {
	switch {
	case strings.Contains(problem, "did not find expected <document start>"):
		return "the document ends above: write --- before the next one, or delete the line"
	case strings.Contains(problem, "mapping values are not allowed"):
		return "quote the value if the colon is a part of it, or check the indentation"
	default:
		return yamltext.Hint(problem)
	}
}
