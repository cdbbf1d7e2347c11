package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/report"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestSARIFIsValid has Microsoft's SARIF Multitool check our logs with the
// public schema, the rules of the standard and those of GitHub code scanning,
// and shows that it would complain.
func TestSARIFIsValid(t *testing.T) {
	t.Parallel()
	tool := testkit.Tool(t, "sarif")
	r := sample()
	r.Version = "0.1.0"
	good := write(t, report.FormatSARIF, r)
	for name, c := range map[string]struct{ log, complaint string }{
		"sample":  {log: good},
		"empty":   {log: write(t, report.FormatSARIF, report.Report{Version: "0.1.0"})},
		"unknown": {strings.Replace(good, `"columnKind"`, `"columnKinds"`, 1), ": error JSON1005: runs[0].columnKinds: "},
		"index":   {strings.Replace(good, `"ruleIndex": 0`, `"ruleIndex": 99`, 1), ": error SARIF1009: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "log.sarif")
			if err := os.WriteFile(file, []byte(c.log), 0o600); err != nil {
				t.Fatal(err)
			}
			out, complaint, err := testkit.Run(t.Context(), testkit.Command{
				Name: tool, Args: []string{"validate", "--rule-kind", "Sarif;GHAS", file},
				Env: []string{"DOTNET_BUNDLE_EXTRACT_BASE_DIR=" + t.TempDir(), "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1"},
			})
			if err != nil || !strings.Contains(out, "Analysis completed successfully.") {
				t.Fatalf("sarif validate: %v\n%s%s", err, out, complaint)
			}
			wrong := strings.Contains(out, ": error ") || strings.Contains(out, ": warning ")
			if wrong != (c.complaint != "") || !strings.Contains(out, c.complaint) {
				t.Errorf("want %q:\n%s", c.complaint, out)
			}
		})
	}
}
