package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/schemas"
)

// sample has a finding of each kind: in values, in a manifest, from a flag, from
// standard input, about a whole file, with odd text, of an unknown code.
func sample() report.Report {
	return report.Report{
		Rules: diag.Catalog(),
		Files: []string{"flink.yaml", "good.yaml", "deploy/orders.yaml"},
		Findings: diag.List{
			{
				Code: diag.CodeNotAllowed, Severity: diag.Error, Pos: diag.Position{File: "flink.yaml", Line: 41, Column: 7},
				Path: "jobs.orders.upgradeMode", Object: "FlinkDeployment payments/orders",
				Message: `want one of savepoint, last-state; got "savepiont"`, Hint: `did you mean "savepoint"?`,
			},
			{
				Code: diag.CodeWrongType, Severity: diag.Error, Pos: diag.Position{File: "deploy/orders.yaml", Line: 9, Column: 3},
				Path: "spec.job.parallelism", Object: "FlinkDeployment payments/orders", Message: "want an integer, 100% text <here>: \"a, b\"",
				Hint: "first line\nsecond line",
			},
			{Code: diag.CodeFormat, Severity: diag.Warning, Pos: diag.Position{Flag: "--set"}, Path: "platform.name", Message: "want a name"},
			{Code: diag.CodeFormat, Severity: diag.Warning, Pos: diag.Position{Flag: "--set"}, Path: "platform.name", Message: "want another name"},
			{Code: diag.CodeEmpty, Severity: diag.Error, Pos: diag.Position{File: "(stdin)", Line: 1, Column: 1}, Message: "there are no values"},
			{Code: diag.CodeNoNodePools, Severity: diag.Info, Pos: diag.Position{File: "my files/größe#1.yaml"}, Message: "there are no node pools"},
			{
				Code: "FLK999", Severity: diag.Warning, Pos: diag.Position{File: "flink.yaml", Line: 3},
				Message: "odd \x1b[31mred\u202e text, \xff and a\nline end", Object: "Namespace team",
			},
		},
	}
}

func write(t testing.TB, format string, r report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(format, &b, r); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

// TestGolden compares every format with testdata, for all kinds of findings and
// for none.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, format := range report.Formats() {
		testkit.Golden(t, filepath.Join("testdata", "sample."+format), []byte(write(t, format, sample())))
		testkit.Golden(t, filepath.Join("testdata", "empty."+format), []byte(write(t, format, report.Report{Files: []string{"flink.yaml"}})))
	}
	colored := sample()
	colored.Color = true
	testkit.Golden(t, filepath.Join("testdata", "colored.text"), []byte(write(t, report.FormatText, colored)))
}

func TestSummary(t *testing.T) {
	t.Parallel()
	if got, want := report.Summary(sample().Findings), "3 errors, 3 warnings, 1 info"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	one := diag.List{{Code: diag.CodeEmpty, Severity: diag.Error, Message: "there are no values", Hint: "write some"}}
	if got, want := report.Summary(one), "1 error, 0 warnings, 0 info"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got, want := write(t, report.FormatText, report.Report{Findings: one}), "error FLK006: there are no values\n    write some\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := write(t, report.FormatText, report.Report{}); got != "" {
		t.Errorf("no findings: %q", got)
	}
}

func TestUnknownFormat(t *testing.T) {
	t.Parallel()
	err := report.Write("xml", io.Discard, report.Report{})
	if err == nil || err.Error() != `format "xml": want one of text, json, sarif, junit, github` {
		t.Errorf("got %v", err)
	}
}

type broken struct{}

var errBroken = errors.New("no room")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteError(t *testing.T) {
	t.Parallel()
	for _, format := range report.Formats() {
		if err := report.Write(format, broken{}, sample()); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// TestVersion: machine formats carry the tool's version when it is given.
func TestVersion(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Version = "9.8.7"
	for _, format := range []string{report.FormatJSON, report.FormatSARIF} {
		if !strings.Contains(write(t, format, r), `"version": "9.8.7"`) {
			t.Errorf("%s has no version", format)
		}
	}
}

func TestJSONSchema(t *testing.T) {
	t.Parallel()
	schema := jsonSchema(t)
	for _, r := range []report.Report{sample(), {}} {
		checkJSON(t, schema, write(t, report.FormatJSON, r))
	}
	for name, bad := range map[string]string{
		"another kind": `{"apiVersion":"helm-flink.dev/v1","kind":"List","summary":{"errors":0,"warnings":0,"infos":0},"findings":[],"rules":[]}`,
		"unknown key":  `{"apiVersion":"helm-flink.dev/v1","kind":"Report","x":1,"summary":{"errors":0,"warnings":0,"infos":0},"findings":[],"rules":[]}`,
		"line, no file": `{"apiVersion":"helm-flink.dev/v1","kind":"Report","summary":{"errors":0,"warnings":0,"infos":0},
			"findings":[{"code":"A","severity":"info","message":"m","line":1}],"rules":[]}`,
	} {
		var v any
		if err := json.Unmarshal([]byte(bad), &v); err != nil {
			t.Fatal(err)
		}
		if schema.Validate(v) == nil {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}

func jsonSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.AssertFormat = true
	if err := c.AddResource("report.schema.json", bytes.NewReader(schemas.Report)); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func checkJSON(t testing.TB, schema *jsonschema.Schema, text string) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%#v\n%s", err, text)
	}
}

// TestRepo: sarif and github name files from the root of the repository.
func TestRepo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ root, dir, file, want string }{
		{"", "", "flink.yaml", "flink.yaml"},
		{"", "", "./a//b/../flink.yaml", "a/flink.yaml"},
		{"/repo", "/repo", "flink.yaml", "flink.yaml"},
		{"/repo", "/repo/team", "flink.yaml", "team/flink.yaml"},
		{"/repo", "/repo/team", "../flink.yaml", "flink.yaml"},
		{"/repo/", "/repo/team", "/repo/x/flink.yaml", "x/flink.yaml"},
		{"/repo", "/repo", "/repository/flink.yaml", "flink.yaml"},
		{"/repo", "/repo", "../../flink.yaml", "flink.yaml"},
		{"", "/work", "/work/flink.yaml", "flink.yaml"},
		{"", "", "/etc/flink.yaml", "flink.yaml"},
		{"", "", "../flink.yaml", "flink.yaml"},
		{"", "", "C:/x/flink.yaml", "flink.yaml"},
		{"/", "/", "x/flink.yaml", "x/flink.yaml"},
		{"", "", "a b.yaml", "a%20b.yaml"},
		{"", "", "a:b.yaml", "./a:b.yaml"},
	} {
		r := report.Report{
			Findings: diag.List{{Code: "FLK006", Pos: diag.Position{File: c.file}, Message: "m"}},
			Repo:     report.Repo{Root: c.root, Dir: c.dir},
		}
		if got := write(t, report.FormatSARIF, r); !strings.Contains(got, `"uri": "`+c.want+`"`) {
			t.Errorf("%+v:\n%s", c, got)
		}
	}
}

// TestFingerprints: a finding keeps its fingerprint when its line moves, and two
// that are alike have two.
func TestFingerprints(t *testing.T) {
	t.Parallel()
	prints := func(lines ...int) []string {
		var r report.Report
		for _, line := range lines {
			r.Findings = append(r.Findings, diag.Finding{Code: "FLK010", Pos: diag.Position{File: "f.yaml", Line: line, Column: 1}, Message: "m"})
		}
		var log struct {
			Runs []struct {
				Results []struct{ PartialFingerprints map[string]string }
			}
		}
		if err := json.Unmarshal([]byte(write(t, report.FormatSARIF, r)), &log); err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, result := range log.Runs[0].Results {
			all = append(all, result.PartialFingerprints["helmFlink/v1"])
		}
		return all
	}
	before, after := prints(3, 9), prints(4, 90)
	if before[0] != after[0] || before[1] != after[1] || before[0] == before[1] || before[0] == "" {
		t.Errorf("before %q, after %q", before, after)
	}
}

// TestJUnitFailOn: findings below the severity that fails are passed tests.
func TestJUnitFailOn(t *testing.T) {
	t.Parallel()
	for failOn, want := range map[diag.Severity]int{diag.Info: 7, diag.Warning: 6, diag.Error: 3} {
		r := sample()
		r.FailOn = failOn
		var suites struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
		}
		if err := xml.Unmarshal([]byte(write(t, report.FormatJUnit, r)), &suites); err != nil {
			t.Fatal(err)
		}
		if suites.Failures != want || suites.Tests != 8 {
			t.Errorf("fail on %s: %+v, want %d failures of 8", failOn, suites, want)
		}
	}
}

// TestJUnitShape: nothing but the elements and attributes of junit-10.xsd
// (Jenkins xUnit plugin 3), those that it requires included.
func TestJUnitShape(t *testing.T) {
	t.Parallel()
	type element struct{ parent, required, optional string }
	shape := map[string]element{
		"testsuites": {"", "", " name tests failures errors "},
		"testsuite":  {"testsuites", " name tests failures errors ", " skipped "},
		"testcase":   {"testsuite", " name ", " classname "},
		"failure":    {"testcase", "", " type message "},
		"system-out": {"testcase", "", ""},
	}
	for _, failOn := range []diag.Severity{diag.Info, diag.Error} {
		r := sample()
		r.FailOn = failOn
		d := xml.NewDecoder(strings.NewReader(write(t, report.FormatJUnit, r)))
		stack := []string{""}
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				name := token.Name.Local
				want, ok := shape[name]
				if !ok || want.parent != stack[len(stack)-1] {
					t.Errorf("element %s in %q", name, stack)
				}
				has := " "
				for _, a := range token.Attr {
					has += a.Name.Local + " "
					if !strings.Contains(want.required+want.optional, " "+a.Name.Local+" ") {
						t.Errorf("%s has the attribute %s", name, a.Name.Local)
					}
				}
				for a := range strings.FieldsSeq(want.required) {
					if !strings.Contains(has, " "+a+" ") {
						t.Errorf("%s has no %s", name, a)
					}
				}
				stack = append(stack, name)
			case xml.EndElement:
				stack = stack[:len(stack)-1]
			}
		}
	}
}
