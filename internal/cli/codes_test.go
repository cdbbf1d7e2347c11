package cli_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestEveryCodeHasACase asks for a golden case or a script that shows each code
// of the catalogue.
func TestEveryCodeHasACase(t *testing.T) {
	t.Parallel()
	root := filepath.Join(testkit.RepoRoot(t), "testdata")
	var all strings.Builder
	for _, pattern := range []string{"golden/*/want.txt", "rules/*/want.txt", "script/*/*.txtar"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(data)
		}
	}
	for _, entry := range app.Entries() {
		if !strings.Contains(all.String(), string(entry.Code)) {
			t.Errorf("%s (%s): no case shows it", entry.Code, entry.Title)
		}
	}
}

// exampleBase is what the examples of the catalogue stand on.
const exampleBase = `
cluster: { name: streaming, region: us-west-2, accountId: "111122223333", nodeRole: nodes }
storage: { bucket: streaming-flink-state }
teams:
  payments: { role: { name: flink-payments } }
jobs:
  orders: { team: payments, jarURI: "local:///job.jar" }
`

// TestExamplesOfSpecCodes runs the bad and the good example of every code about
// references, names and derivations: the one must be flagged, the other not.
func TestExamplesOfSpecCodes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	base := filepath.Join(dir, "base.yaml")
	if err := os.WriteFile(base, []byte(exampleBase), 0o600); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, entry := range app.Entries() {
		ofConnectors := slices.Contains([]diag.Code{
			diag.CodeConnectorImage, diag.CodeConnectorJar, diag.CodeConnectorFiles, diag.CodeConnectorClash, diag.CodeNoScheduler,
		}, entry.Code)
		if (entry.Code < "FLK030" || entry.Code > "FLK069") && !ofConnectors {
			continue
		}
		ran++
		for text, want := range map[string]bool{entry.Bad: true, entry.Good: false} {
			_, stderr, _ := run(t, text, "template", "-f", base, "-f", "-", "--include", "jobs")
			if got := strings.Contains(stderr, string(entry.Code)+" "); got != want {
				t.Errorf("%s: flagged %v, want %v, for\n%s\nfindings:\n%s", entry.Code, got, want, text, stderr)
			}
		}
	}
	if ran < 12 {
		t.Errorf("only %d codes were tried", ran)
	}
}

// TestExamplesOfAWSDocuments holds the bad and the good example of every code of --iam against the values, as documents of the
// team's role: the one must be flagged with its severity, the other not.
func TestExamplesOfAWSDocuments(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	base := filepath.Join(dir, "base.yaml")
	if err := os.WriteFile(base, []byte(exampleBase), 0o600); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, entry := range app.Entries() {
		if entry.Code < diag.CodeAWSDocument || entry.Code > diag.CodePolicyWide {
			continue
		}
		ran++
		for text, want := range map[string]bool{entry.Bad: true, entry.Good: false} {
			stdout, stderr, _ := run(t, text, "validate", "-f", base, "--set", "cluster.oidcProvider=oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF",
				"--iam", "flink-payments=-")
			if got := strings.Contains(stdout+stderr, entry.Severity.String()+" "+string(entry.Code)); got != want {
				t.Errorf("%s: flagged %v, want %v, for\n%s\nfindings:\n%s%s", entry.Code, got, want, text, stdout, stderr)
			}
		}
	}
	if ran < 8 {
		t.Errorf("only %d codes were tried", ran)
	}
}
