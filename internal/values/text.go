package values

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/yamltext"
)

// Bounds on the input.
const (
	// MaxSize is the size in bytes up to which a file is read: 16 MiB.
	MaxSize = 16 << 20
	// maxDepth is the number of levels of lists and maps.
	maxDepth = 200
	// maxNodes is the number of nodes of one file, each alias counted as what
	// it stands for.
	maxNodes = 1_000_000
)

// byteOrderMark is U+FEFF in UTF-8.
const byteOrderMark = "\ufeff"

// checkText looks at bytes before YAML does. It returns the text without its
// byte order mark, and false if it cannot be parsed.
func checkText(src Source) ([]byte, diag.List, bool) {
	file := diag.Position{File: src.Name}
	if len(src.Data) > MaxSize {
		return nil, diag.List{fail(diag.CodeTooLarge, file, fmt.Sprintf("the file is larger than %d MiB", MaxSize>>20),
			"values are text that people write; is this the right file?")}, false
	}
	var findings diag.List
	data, marked := bytes.CutPrefix(src.Data, []byte(byteOrderMark))
	if marked {
		findings = append(findings, diag.Finding{
			Code: diag.CodeByteOrderMark, Severity: diag.Warning, Pos: diag.Position{File: src.Name, Line: 1, Column: 1},
			Message: "the file starts with a byte order mark", Hint: "save it as UTF-8 without a byte order mark",
		})
	}
	if at := yamltext.FirstBadByte(data); at >= 0 {
		message, hint := "the file is not UTF-8", "save it as UTF-8"
		if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
			message, hint = "the file is UTF-16", "save it as UTF-8; in PowerShell: … | Out-File -Encoding utf8"
		} else if r, size := utf8.DecodeRune(data[at:]); size > 1 || r != utf8.RuneError {
			message, hint = fmt.Sprintf("the control character %U is not allowed", r), "delete it, or write it as an escape in quotes"
		}
		line, column := yamltext.Place(data, at)
		pos := diag.Position{File: src.Name, Line: line, Column: column}
		return nil, append(findings, fail(diag.CodeNotText, pos, message, hint)), false
	}
	return data, findings, true
}

// tabs returns the lines, from 1, that are indented with a tab. Lines within
// block scalars and empty lines do not count.
func tabs(lines []string) (found []int) {
	block := -1 // indentation of the line that started a block scalar
	for i, line := range lines {
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		if strings.TrimSpace(text) == "" || block >= 0 && indent > block {
			continue
		}
		block = -1
		if startsBlock(text) {
			block = indent
		}
		if text[0] == '\t' {
			found = append(found, i+1)
		}
	}
	return found
}

// tabColumn returns the column of the first tab in a line's indentation, or 0.
func tabColumn(line string) int {
	text := strings.TrimLeft(line, " ")
	if !strings.HasPrefix(text, "\t") {
		return 0
	}
	return len(line) - len(text) + 1
}

// startsBlock reports whether a line ends in the head of a block scalar:
// "script: |-", "- >2".
func startsBlock(line string) bool {
	if at := strings.Index(line, " #"); at >= 0 {
		line = line[:at]
	}
	line = strings.TrimRight(line, " \t\r")
	head := strings.TrimRight(line, "+-0123456789")
	if head == "" || len(line)-len(head) > 2 || (head[len(head)-1] != '|' && head[len(head)-1] != '>') {
		return false
	}
	before := strings.TrimRight(head[:len(head)-1], " ")
	return len(before) < len(head)-1 && (strings.HasSuffix(before, ":") || strings.HasSuffix(before, "-")) ||
		before == ""
}

// fail returns a finding of severity error.
func fail(code diag.Code, pos diag.Position, message, hint string) diag.Finding {
	return diag.Finding{Code: code, Severity: diag.Error, Pos: pos, Message: message, Hint: hint}
}
