package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// The elements of JUnit's XML that Jenkins, GitLab and Azure read (Jenkins
// xUnit plugin, junit-10.xsd).
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Failure   *junitFailure `xml:"failure,omitempty"`
		Output    string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// nowhere names the suite of findings without a file.
const nowhere = "(command line)"

// writeJUnit makes a suite of each file and a test of each finding: failed from
// Report.FailOn upwards, passed with output below that. A file without findings
// is one passed test.
func writeJUnit(b *bytes.Buffer, r Report) error {
	cases := map[string][]junitCase{}
	for _, name := range r.Files {
		cases[name] = nil
	}
	for _, f := range r.Findings {
		name := f.Pos.File
		if name == "" {
			name = nowhere
		}
		cases[name] = append(cases[name], r.junitCase(name, f))
	}
	all := junitSuites{Name: toolName}
	for _, name := range sortedKeys(cases) {
		suite := junitSuite{Name: printable(name), Cases: cases[name]}
		if len(suite.Cases) == 0 {
			suite.Cases = []junitCase{{Name: "no findings", ClassName: printable(name)}}
		}
		suite.Tests = len(suite.Cases)
		for _, c := range suite.Cases {
			if c.Failure != nil {
				suite.Failures++
			}
		}
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Suites = append(all.Suites, suite)
	}
	b.WriteString(xml.Header)
	e := xml.NewEncoder(b)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	b.WriteByte('\n')
	return nil
}

func (r Report) junitCase(file string, f diag.Finding) junitCase {
	name := string(f.Code)
	if f.Path != "" {
		name += " " + f.Path
	}
	if object := shownObject(f); object != "" {
		name += " (" + object + ")"
	}
	if line, column := region(f.Pos); line > 0 {
		name += fmt.Sprintf(" at %d:%d", line, column)
	}
	text := printable(f.String())
	if hint := lines(f.Hint); len(hint) > 0 {
		text += "\n" + strings.Join(hint, "\n")
	}
	c := junitCase{Name: printable(name), ClassName: printable(file)}
	if f.Severity >= r.FailOn {
		c.Failure = &junitFailure{Type: f.Severity.String(), Message: printable(f.Message), Text: text}
	} else {
		c.Output = text
	}
	return c
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
