package values

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/diag"
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

// isEmpty reports whether a node is what YAML puts where nothing is written.
func isEmpty(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.ShortTag() == "!!null" && n.Anchor == ""
}

// syntaxError turns the parser's error into findings: about tabs if there are
// some in the indentation, otherwise about its line.
func syntaxError(file string, data []byte, err error) diag.List {
	lines := strings.Split(string(data), "\n")
	line, problem := parserError(err)
	if strings.HasPrefix(problem, "exceeded max depth") {
		return diag.List{fail(diag.CodeTooLarge, diag.Position{File: file, Line: max(line, 1), Column: 1},
			fmt.Sprintf("lists and mappings are nested over %d levels deep", maxDepth), "")}
	}
	if at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "<<<<<<< ") }); at >= 0 {
		return diag.List{fail(diag.CodeYAMLSyntax, diag.Position{File: file, Line: at + 1, Column: 1},
			"a merge conflict starts here", "resolve it: git status names the files")}
	}
	if strings.HasPrefix(problem, "did not find expected") && len(data) <= bisected {
		if at := failingLine(data, lines, err); at > 0 {
			line = at
		}
	}
	if f, ok := tabFinding(file, lines, min(max(line, 1), len(lines))); ok {
		return diag.List{f}
	}
	if name, ok := unknownAnchor(problem); ok {
		return diag.List{fail(diag.CodeYAMLSyntax, aliasPosition(file, lines, name),
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
		_, err := documents(data[:ends[i]])
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

func unknownAnchor(problem string) (string, bool) {
	name, ok := strings.CutPrefix(problem, "unknown anchor '")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, "' referenced")
}

func aliasPosition(file string, lines []string, name string) diag.Position {
	alias := regexp.MustCompile(`(?:^|[\s,:\[{-])(\*` + regexp.QuoteMeta(name) + `)(?:[\s,\]}]|$)`)
	for i, line := range lines {
		code, _, _ := strings.Cut(" "+line, " #")
		code = strings.TrimPrefix(code, " ")
		if at := alias.FindStringSubmatchIndex(code); at != nil {
			return diag.Position{File: file, Line: i + 1, Column: utf8.RuneCountInString(code[:at[2]]) + 1}
		}
	}
	return diag.Position{File: file, Line: 1, Column: 1}
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
	for _, s := range syntaxHints() {
		if strings.Contains(problem, s.problem) {
			return place(s.find(text)), s.hint
		}
	}
	if strings.HasPrefix(problem, "mapping values are not allowed") {
		return place(secondColon(text)), colonHint(lines)
	}
	return place(0), ""
}

type syntaxHint struct {
	problem string
	find    func(text string) int
	hint    string
}

// syntaxHints lists the parser's messages with where to look and what to do.
func syntaxHints() []syntaxHint {
	start := func(string) int { return 0 }
	first := func(chars string) func(string) int {
		return func(text string) int { return strings.IndexAny(text, chars) }
	}
	return []syntaxHint{
		{"cannot start any token", func(text string) int {
			token := regexp.MustCompile("(?:^|[\\s\\[{,])([@%`\t])").FindStringSubmatchIndex(text)
			if token == nil {
				return 0
			}
			return token[2]
		}, "quote the value: plain text cannot start with @, % or `"},
		{"could not find expected ':'", start, "a key needs a colon and a space behind it"},
		{"did not find expected key", start, "check the indentation and the quotes of this line against the lines above"},
		{"did not find expected '-'", start, "check the indentation of this line against the lines above"},
		{"did not find expected node content", start, "a value is missing in this line, or a bracket is of the wrong kind"},
		{"did not find expected ','", first("[{"), "a bracket that opens here is not closed, or a comma is missing"},
		{"found unexpected end of stream", first(`"'`), "a quote that opens here is not closed"},
		{"found unknown escape character", first(`\`),
			"in double quotes a backslash starts an escape: write it twice, or use single quotes"},
		{"block sequence entries are not allowed", first("-"), "start the list in a line of its own"},
		{"incompatible YAML document", start, "delete this line"},
		{"did not find expected <document start>", start, "delete the line with ... above"},
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
