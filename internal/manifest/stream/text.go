package stream

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/yamltext"
)

// checkText looks at bytes before a parser does. It returns false if they
// cannot be parsed.
func (d *Document) checkText() (diag.List, bool) {
	findings := d.portability()
	if d.large {
		return append(findings, fail(diag.CodeManifestLarge, d.at(1, 1), fmt.Sprintf("the document is larger than %d MiB", MaxSize>>20),
			"the API server takes objects of up to 1.5 MiB; is this the right file?")), false
	}
	if len(d.Text) > maxNodes && marks(d.Text) > 2*maxNodes {
		return append(findings, fail(diag.CodeManifestLarge, d.at(1, 1), fmt.Sprintf("the document has over %d values", maxNodes),
			"the API server takes objects of up to 1.5 MiB; is this the right file?")), false
	}
	at := yamltext.FirstBadByte(d.Text)
	if at < 0 {
		return findings, true
	}
	message, hint := "the document is not UTF-8", "save the file as UTF-8"
	if bytes.HasPrefix(d.Text, []byte("\xff\xfe")) || bytes.HasPrefix(d.Text, []byte("\xfe\xff")) {
		message, hint = "the document is UTF-16", "save the file as UTF-8; in PowerShell: … | Out-File -Encoding utf8"
	} else if r, size := utf8.DecodeRune(d.Text[at:]); size > 1 || r != utf8.RuneError {
		message, hint = fmt.Sprintf("the control character %U is not allowed", r), "delete it, or write it as an escape in quotes"
	}
	return append(findings, fail(diag.CodeManifestText, d.place(at), message, hint)), false
}

// marks counts the characters that can start a value: there are no more values
// than that, and what the parser needs for each is some 200 bytes.
func marks(text []byte) (count int) {
	for _, mark := range []byte("\n,:[{-?") {
		count += bytes.Count(text, []byte{mark})
	}
	return count
}

// portability warns of what stands around a document and is not the same to
// every reader.
func (d *Document) portability() diag.List {
	var findings diag.List
	warn := func(message, hint string) {
		findings = append(findings, diag.Finding{
			Code: diag.CodeManifestPortable, Severity: diag.Warning, Pos: d.at(1, 1), Message: message, Hint: hint,
		})
	}
	if d.marked {
		warn("a byte order mark stands before the document", "save the file as UTF-8 without a byte order mark")
	}
	if isMarker(d.Text, "---") {
		warn("the document starts in the line of its \"---\", which kubectl refuses", "start it in the next line")
	}
	if d.ended {
		warn("the document follows a \"...\" without a \"---\", and kubectl does not read it", "write --- instead of ...")
	}
	return findings
}

// place turns an offset of Text into a place of the input.
func (d *Document) place(offset int) diag.Position { return d.at(yamltext.Place(d.Text, offset)) }
