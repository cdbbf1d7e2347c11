package values

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/yamltext"
)

// bisected is the size up to which a wrong line of the parser is mended, which
// parses the text again, some twenty times.
const bisected = 1 << 20

// documents parses the text into its documents, those without content left
// out; at most two, since a second one is a finding.
func documents(data []byte) (docs []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("yaml: the text is too strange for the parser")
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for len(docs) < 2 {
		var doc yaml.Node
		if err := decoder.Decode(&doc); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return docs, err
		}
		if len(doc.Content) > 0 && !isEmpty(doc.Content[0]) {
			docs = append(docs, &doc)
		}
	}
	return docs, nil
}

// parses returns what the parser says of a text.
func parses(text []byte) error {
	_, err := documents(text)
	return err
}

// isEmpty reports whether a node is what YAML puts where nothing is written.
func isEmpty(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.ShortTag() == "!!null" && n.Anchor == ""
}

// syntaxError turns the parser's error into findings: about tabs if there are
// some in the indentation, otherwise about its line.
func syntaxError(file string, data []byte, err error) diag.List {
	lines := strings.Split(string(data), "\n")
	line, problem := yamltext.ParserError(err)
	if strings.HasPrefix(problem, "exceeded max depth") {
		return diag.List{fail(diag.CodeTooLarge, diag.Position{File: file, Line: max(line, 1), Column: 1},
			fmt.Sprintf("lists and mappings are nested over %d levels deep", maxDepth), "")}
	}
	if at := yamltext.Conflict(lines); at > 0 {
		return diag.List{fail(diag.CodeYAMLSyntax, diag.Position{File: file, Line: at, Column: 1},
			"a merge conflict starts here", "resolve it: git status names the files")}
	}
	if strings.HasPrefix(problem, "did not find expected") && len(data) <= bisected {
		if at := yamltext.FailingLine(data, lines, err, parses); at > 0 {
			line = at
		}
	}
	if f, ok := tabFinding(file, lines, min(max(line, 1), len(lines))); ok {
		return diag.List{f}
	}
	if name, ok := yamltext.UnknownAnchor(problem); ok {
		at, column := yamltext.AliasPlace(lines, name)
		return diag.List{fail(diag.CodeYAMLSyntax, diag.Position{File: file, Line: at, Column: column},
			fmt.Sprintf("there is no anchor %q before this alias", name),
			"define it above with &"+name+", or quote the text if a plain * is meant")}
	}
	line = min(max(line, 1), len(lines))
	if strings.HasPrefix(problem, "found unexpected end of stream") && !strings.ContainsAny(lines[line-1], `"'`) {
		line = 1 // the parser knows no place in the first line and names the last
	}
	column, hint := explainSyntax(lines[:line], problem)
	return diag.List{fail(diag.CodeYAMLSyntax, diag.Position{File: file, Line: line, Column: column}, problem, hint)}
}

// tabFinding blames the tabs if there is one at the line that the parser names,
// or beside it.
func tabFinding(file string, lines []string, line int) (diag.Finding, bool) {
	found := tabs(lines)
	at := line
	if tabColumn(lines[at-1]) == 0 {
		near := slices.IndexFunc(found, func(tab int) bool { return tab >= line-1 && tab <= line+1 })
		if near < 0 {
			return diag.Finding{}, false
		}
		at = found[near]
	}
	message := "a tab is used for indentation"
	if more := len(slices.DeleteFunc(found, func(tab int) bool { return tab == at })); more > 0 {
		message += fmt.Sprintf(", here and on %s more", count(more, "line"))
	}
	pos := diag.Position{File: file, Line: at, Column: tabColumn(lines[at-1])}
	return fail(diag.CodeTab, pos, message, "indent with spaces"), true
}

// explainSyntax finds the column of a problem in the last of the lines, and
// what to do about it.
func explainSyntax(lines []string, problem string) (column int, hint string) {
	line := lines[len(lines)-1]
	text := strings.TrimLeft(line, " \t")
	at := len(line) - len(text)
	place := func(offset int) int { return utf8.RuneCountInString(line[:at+max(offset, 0)]) + 1 }
	if strings.Contains(text, "{{") {
		return place(strings.Index(text, "{{")), "values are not templates; quote the text if the braces are meant"
	}
	if strings.HasPrefix(problem, "mapping values are not allowed") {
		return place(secondColon(text)), colonHint(lines)
	}
	return place(syntaxPlace(text, problem)), syntaxHint(problem)
}

// syntaxPlace finds what a message of the parser is about in the text of a line.
func syntaxPlace(text, problem string) int {
	for _, s := range []struct{ problem, chars string }{
		{"did not find expected ','", "[{"},
		{"found unexpected end of stream", `"'`},
		{"found unknown escape character", `\`},
		{"block sequence entries are not allowed", "-"},
	} {
		if strings.Contains(problem, s.problem) {
			return strings.IndexAny(text, s.chars)
		}
	}
	if !strings.Contains(problem, "cannot start any token") {
		return 0
	}
	token := regexp.MustCompile("(?:^|[\\s\\[{,])([@%`\t])").FindStringSubmatchIndex(text)
	if token == nil {
		return 0
	}
	return token[2]
}

// syntaxHint says what to do about a message of the parser.
func syntaxHint(problem string) string {
	switch {
	case strings.Contains(problem, "incompatible YAML document"):
		return "delete this line"
	case strings.Contains(problem, "did not find expected <document start>"):
		return "delete the line with ... above"
	default:
		return yamltext.Hint(problem)
	}
}

func secondColon(text string) int {
	first := strings.Index(text, ": ")
	if first < 0 {
		return 0
	}
	second := strings.Index(text[first+2:]+" ", ": ")
	if second < 0 {
		return 0
	}
	return first + 2 + second
}

// colonHint is for a colon at a place where no key can be.
func colonHint(lines []string) string {
	if secondColon(strings.TrimSpace(lines[len(lines)-1])) > 0 {
		return "quote the value if the colon is a part of it"
	}
	for _, above := range slices.Backward(lines[:len(lines)-1]) {
		above = strings.TrimSpace(above)
		if above == "" || above[0] == '#' {
			continue
		}
		if strings.Contains(above, ":") && !strings.Contains(above+" ", ": ") {
			return "the colon in the line above needs a space behind it"
		}
		if !strings.Contains(above, ":") {
			return "check that the line above has a colon behind its key, and the indentation of this line"
		}
		break
	}
	return "check the indentation of this line against the lines above"
}

// count returns "1 line" or "3 lines".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
