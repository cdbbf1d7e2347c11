// Package yamltext explains why a text is no YAML, for values and manifests
// alike: the parser of go.yaml.in/yaml/v3 names a line at best, and often the
// wrong one. It also says how keys are spelled.
//
// It imports nothing of this module.
package yamltext

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParserError takes "yaml: line 3: did not find …" apart; line is 0 if unknown.
func ParserError(err error) (line int, problem string) {
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

// FailingLine returns the line, from 1, at which the parser stops: it names the
// start of what it was in. It is the number of lines that the text must have to
// give the same error. parse parses a text; lines are those of data.
func FailingLine(data []byte, lines []string, want error, parse func([]byte) error) int {
	ends := make([]int, len(lines)) // offset behind each line
	end := 0
	for i, line := range lines {
		end = min(end+len(line)+1, len(data))
		ends[i] = end
	}
	n := sort.Search(len(lines), func(i int) bool {
		err := parse(data[:ends[i]])
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

// UnknownAnchor returns the name of the anchor that the parser misses.
func UnknownAnchor(problem string) (name string, ok bool) {
	name, ok = strings.CutPrefix(problem, "unknown anchor '")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, "' referenced")
}

// AliasPlace returns line and column, from 1, of the first alias of that name; the
// parser does not tell them.
func AliasPlace(lines []string, name string) (line, column int) {
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

// Conflict returns the line, from 1, at which a merge conflict of Git's starts,
// or 0.
func Conflict(lines []string) int {
	return 1 + slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "<<<<<<< ") })
}

// Hint says what to do about a message of the parser, or "".
func Hint(problem string) string {
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
	} {
		if strings.Contains(problem, h[0]) {
			return h[1]
		}
	}
	return ""
}
