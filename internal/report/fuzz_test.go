package report_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

// fuzz runs a format over reports made of whatever text: no panic, the same
// bytes twice, and the check.
func fuzz(f *testing.F, format string, check func(t *testing.T, r report.Report, text string)) {
	f.Helper()
	f.Add("flink.yaml", "jobs.a", "Job a/b", "message", "hint", "FLK010", 3, 7, 2, "")
	f.Add("a\nb%,:;=.yaml", "spec.x\r\n", "\x00", "::error::\x1b[2J", "a\n\nb", "", -1, -9, 9, "")
	f.Add("\xff\xfe", "\xc3\x28", "\xed\xa0\x80", "\ufffe\uffff]]>&<", "\u2028\u202e", "FLK\xff", 1<<40, 1<<40, -3, "--set")
	f.Add("/abs/../../x", "", "", "", "", "x", 0, 5, 1, "")
	f.Add("C:\\x\\y", "a[\"b\"]", "", "", "\r", "FLK006", 1, 0, 0, "")
	f.Fuzz(func(t *testing.T, file, path, object, message, hint, code string, line, column, severity int, flag string) {
		one := diag.Finding{
			Code: diag.Code(code), Severity: diag.Severity(severity), Path: path, Object: object, Message: message, Hint: hint,
			Pos: diag.Position{File: file, Line: line, Column: column, Flag: flag},
		}
		two := diag.Finding{Code: diag.Code(code), Message: path, Pos: diag.Position{File: file}}
		r := report.Report{
			Findings: diag.List{one, two, one},
			Rules:    []diag.Entry{{Code: diag.Code(code), Title: hint, What: message, Severity: diag.Severity(severity)}, {Code: "FLK006", Title: "x"}},
			Files:    []string{file, flag, ""},
			FailOn:   diag.Severity(severity),
			Version:  message,
			Repo:     report.Repo{Root: hint, Dir: object},
		}
		text := write(t, format, r)
		if again := write(t, format, r); again != text {
			t.Fatalf("two runs differ:\n%s\n%s", text, again)
		}
		if !utf8.ValidString(text) {
			t.Fatalf("not UTF-8: %q", text)
		}
		check(t, r, text)
		write(t, format, report.Report{})
	})
}

// calm fails on a control character that could move a terminal.
func calm(t *testing.T, text string) {
	t.Helper()
	for _, c := range text {
		if c != '\n' && (unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)) {
			t.Fatalf("control character %U: %q", c, text)
		}
	}
}

func FuzzText(f *testing.F) {
	fuzz(f, report.FormatText, func(t *testing.T, r report.Report, text string) {
		t.Helper()
		calm(t, text)
		n := 0
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "    ") {
				n++
			}
		}
		if want := len(r.Findings.Sorted()); n != want && !strings.HasPrefix(r.Findings[0].Pos.File, "    ") {
			t.Fatalf("%d lines that are not indented, want %d:\n%s", n, want, text)
		}
	})
}

func FuzzJSON(f *testing.F) {
	schema := jsonSchema(f)
	fuzz(f, report.FormatJSON, func(t *testing.T, _ report.Report, text string) {
		t.Helper()
		checkJSON(t, schema, text)
	})
}

func FuzzSARIF(f *testing.F) {
	fuzz(f, report.FormatSARIF, func(t *testing.T, r report.Report, text string) {
		t.Helper()
		var log struct {
			Runs []struct {
				Tool struct {
					Driver struct{ Rules []struct{ ID string } }
				}
				Results []struct {
					RuleID    string
					RuleIndex int
					Locations []struct {
						PhysicalLocation *struct {
							ArtifactLocation struct{ URI string }
							Region           struct{ StartLine int }
						}
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(text), &log); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		results := log.Runs[0].Results
		if len(results) != len(r.Findings.Sorted()) {
			t.Fatalf("%d results:\n%s", len(results), text)
		}
		for _, result := range results {
			if log.Runs[0].Tool.Driver.Rules[result.RuleIndex].ID != result.RuleID {
				t.Fatalf("%+v: another rule's index\n%s", result, text)
			}
			if p := result.Locations[0].PhysicalLocation; p != nil {
				uri := p.ArtifactLocation.URI
				if uri == "" || strings.HasPrefix(uri, "/") || strings.HasPrefix(uri, "../") || strings.ContainsAny(uri, " \\\n") || p.Region.StartLine < 1 {
					t.Fatalf("location %+v", p)
				}
			}
		}
	})
}

func FuzzJUnit(f *testing.F) {
	fuzz(f, report.FormatJUnit, func(t *testing.T, _ report.Report, text string) {
		t.Helper()
		d := xml.NewDecoder(strings.NewReader(text))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
		}
	})
}

func FuzzGitHub(f *testing.F) {
	fuzz(f, report.FormatGitHub, func(t *testing.T, r report.Report, text string) {
		t.Helper()
		calm(t, text)
		n := 0
		for line := range strings.Lines(text) {
			n++
			command, data, ok := strings.Cut(strings.TrimPrefix(line, "::"), "::")
			if !ok || strings.Contains(command, "::") || !strings.HasSuffix(data, "\n") {
				t.Fatalf("not a command: %q", line)
			}
		}
		if n != len(r.Findings.Sorted()) {
			t.Fatalf("%d commands:\n%s", n, text)
		}
	})
}
