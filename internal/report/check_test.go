package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

func readiness() report.CheckReport {
	return report.CheckReport{
		Readiness: app.Readiness{
			Server: "https://x", Version: "v1.33.1", Platform: "flink",
			Checks: []app.Check{
				{ID: "storage", Category: "cluster", OK: true, Message: "fine"},
				{ID: "crds", Category: "operator", Severity: diag.Warning, Message: "first\nsecond \x1b[31m", Hint: "do it"},
				{ID: "quota", Category: "platform", Severity: diag.Error, Message: "too <little>"},
			},
			Findings: diag.List{{Code: "FLK041", Severity: diag.Info, Message: "note", Pos: diag.Position{File: "a.yaml", Line: 2, Column: 1}}},
		},
		FailOn: diag.Error,
	}
}

func writeCheck(t *testing.T, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteCheck(format, &b, readiness()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	want := `cluster
  ok      storage: fine
operator
  warning crds: first
      second \u001b[31m
      do it
platform
  error   quota: too <little>
`
	if got := writeCheck(t, report.FormatText); got != want {
		t.Errorf("text:\n%s\nwant:\n%s", got, want)
	}
	if got := report.CheckSummary(readiness().Checks); got != "1 ok, 1 error, 1 warning, 0 info" {
		t.Error(got)
	}
}

func TestCheckJSON(t *testing.T) {
	t.Parallel()
	var got struct {
		Kind, KubernetesVersion string
		Ready                   bool
		Checks                  []struct{ ID, Severity, Hint string }
		Findings                []struct{ Code string }
	}
	if err := json.Unmarshal([]byte(writeCheck(t, report.FormatJSON)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Kind != "Check" || got.Ready || len(got.Checks) != 3 || got.Checks[0].Severity != "ok" || got.Checks[1].Hint != "do it" ||
		len(got.Findings) != 1 || got.KubernetesVersion != "v1.33.1" {
		t.Errorf("%+v", got)
	}
}

func TestCheckJUnit(t *testing.T) {
	t.Parallel()
	var got struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Name string `xml:"name,attr"`
		} `xml:"testsuite"`
	}
	text := writeCheck(t, report.FormatJUnit)
	if err := xml.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.Tests != 4 || got.Failures != 1 || len(got.Suites) != 4 || got.Suites[3].Name != "values" {
		t.Errorf("%+v\n%s", got, text)
	}
	if err := report.WriteCheck("sarif", &bytes.Buffer{}, readiness()); err == nil || !strings.Contains(err.Error(), "text, json, junit") {
		t.Error(err)
	}
}
