package doctest

import (
	"regexp"
	"strings"
)

// Step is a command with the output that the page shows for it; nil where it shows none.
type Step struct {
	Command string
	Output  []string
}

// Steps are the commands of a block: one of sh, each "$ " of console. A line that ends with a backslash goes on, and so does
// a command in whose next lines a quotation or a loop is still open, which begin with "> ".
func (b Block) Steps() []Step {
	if b.Lang != "console" {
		return []Step{{Command: b.Text}}
	}
	var steps []Step
	open := false
	for line := range strings.Lines(b.Text) {
		line = strings.TrimSuffix(line, "\n")
		command, begins := strings.CutPrefix(line, "$ ")
		switch {
		case begins:
			steps = append(steps, Step{Command: command})
		case len(steps) == 0:
			steps = append(steps, Step{Command: "false # text before the first command"})
		case open:
			steps[len(steps)-1].Command += "\n" + line
		default:
			steps[len(steps)-1].Output = append(steps[len(steps)-1].Output, line)
			continue
		}
		open = strings.HasSuffix(line, `\`)
	}
	return steps
}

// Match compares output with what a page shows: line by line, "…" within a line for any text, and a line "…" for any
// number of lines. Blanks at the end of lines and empty lines at the end do not count.
func Match(want, got []string) bool {
	return match(trim(want), trim(got))
}

func trim(lines []string) []string {
	var out []string
	for _, line := range lines {
		out = append(out, strings.TrimRight(line, " \t"))
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

func match(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if strings.TrimSpace(want[0]) == "…" {
		for skip := 0; skip <= len(got); skip++ {
			if match(want[1:], got[skip:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && matchLine(want[0], got[0]) && match(want[1:], got[1:])
}

func matchLine(want, got string) bool {
	if !strings.Contains(want, "…") {
		return want == got
	}
	var parts []string
	for part := range strings.SplitSeq(want, "…") {
		parts = append(parts, regexp.QuoteMeta(part))
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(got)
}
