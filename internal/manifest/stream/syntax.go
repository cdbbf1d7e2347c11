package stream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// bisected is the size up to which a wrong line of the parser is mended, which
// parses the text again, some ten times.
const bisected = 1 << 18

// syntaxError turns the parser's error into a finding about its line, or about
// what is known to cause such errors.
func (d *Document) syntaxError(err error) diag.List {
	lines := strings.Split(string(d.Text), "\n")
	line, problem := parserError(err)
	if strings.HasPrefix(problem, "exceeded max depth") {
		return diag.List{fail(diag.CodeManifestLarge, d.at(min(max(line, 1), len(lines)), 1),
			fmt.Sprintf("lists and mappings are nested over %d levels deep", maxDepth), "")}
	}
	if f, ok := d.jsonError(); ok {
		return diag.List{f}
	}
	if at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "<<<<<<< ") }); at >= 0 {
		return d.syntax(at+1, 1, "a merge conflict starts here", "resolve it: git status names the files")
	}
	if strings.HasPrefix(problem, "did not find expected") && len(d.Text) <= bisected {
		if at := failingLine(d.Text, lines, err); at > 0 {
			line = at
		}
	}
	line = min(max(line, 1), len(lines))
	if at, column := tabNear(lines, line); column > 0 {
		return d.syntax(at, column, "a tab is used for indentation", "indent with spaces")
	}
	if name, ok := unknownAnchor(problem); ok {
		at, column := aliasPlace(lines, name)
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

// parserError takes "yaml: line 3: did not find …" apart; line is 0 if unknown.
func parserError(err error) (line int, problem string) {
	problem = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(problem, "line "); ok {
		if number, text, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				return n, text
			}
		}
	}
	return 0, problem
}

// failingLine returns the line, from 1, at which the parser stops: it names the
// start of what it was in. It is the number of lines that the text must have to
// give the same error.
func failingLine(data []byte, lines []string, want error) int {
	ends := make([]int, len(lines)) // offset behind each line
	end := 0
	for i, line := range lines {
		end = min(end+len(line)+1, len(data))
		ends[i] = end
	}
	n := sort.Search(len(lines), func(i int) bool {
		_, err := parseYAML(data[:ends[i]])
		return err != nil && err.Error() == want.Error()
	})
	// What is missing at the end of the text is missing after its last line.
	for n > 0 && n < len(lines) && strings.TrimSpace(lines[n]) == "" {
		n--
	}
	if n >= len(lines) {
		return 0
	}
	return n + 1
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

func unknownAnchor(problem string) (string, bool) {
	name, ok := strings.CutPrefix(problem, "unknown anchor '")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, "' referenced")
}

func aliasPlace(lines []string, name string) (line, column int) {
	alias := regexp.MustCompile(`(?:^|[\s,:\[{-])(\*` + regexp.QuoteMeta(name) + `)(?:[\s,\]}]|$)`)
	for i, line := range lines {
		code, _, _ := strings.Cut(" "+line, " #")
		code = strings.TrimPrefix(code, " ")
		if at := alias.FindStringSubmatchIndex(code); at != nil {
			return i + 1, utf8.RuneCountInString(code[:at[2]]) + 1
		}
	}
	return 1, 1
}

// isTemplate reports whether a line has an action of a Helm template.
func isTemplate(line string) bool {
	code, _, _ := strings.Cut(line, " #")
	return strings.Contains(code, "{{") && strings.Contains(code, "}}")
}

// syntaxHint says what to do about a message of the parser.
func syntaxHint(problem string) string {
	for _, h := range [][2]string{
		{"cannot start any token", "quote the value: plain text cannot start with @, % or `"},
		{"could not find expected ':'", "a key needs a colon and a space behind it"},
		{"did not find expected key", "check the indentation and the quotes of this line against the lines above"},
		{"did not find expected '-'", "check the indentation of this line against the lines above"},
		{"did not find expected node content", "a value is missing in this line, or a bracket is of the wrong kind"},
		{"did not find expected ','", "a bracket that opens here is not closed, or a comma is missing"},
		{"found unexpected end of stream", "a quote that opens here is not closed"},
		{"found unknown escape character", "in double quotes a backslash starts an escape: write it twice, or use single quotes"},
		{"block sequence entries are not allowed", "start the list in a line of its own"},
		{"did not find expected <document start>", "the document ends above: write --- before the next one, or delete the line"},
		{"mapping values are not allowed", "quote the value if the colon is a part of it, or check the indentation"},
	} {
		if strings.Contains(problem, h[0]) {
			return h[1]
		}
	}
	return ""
}
