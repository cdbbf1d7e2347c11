package cli_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// TestRuleCases runs every rule, and every code about manifests and their API,
// through the command line: testdata/rules/<code> holds the bad and the good
// example as whole manifests, and want.txt what validate says of both. The bad one must be flagged with the code at a line of
// the file and at the rule's severity, the good one neither with it nor with an
// error. -update writes all three from the rule's documentation.
func TestRuleCases(t *testing.T) {
	t.Parallel()
	root := filepath.Join(testkit.RepoRoot(t), "testdata", "rules")
	var codes []string
	whole := verify.Entries()
	for _, entry := range app.Entries() {
		about := slices.ContainsFunc(whole, func(e diag.Entry) bool { return e.Code == entry.Code })
		if !about && !ofManifests(entry.Code) {
			continue
		}
		codes = append(codes, string(entry.Code))
		t.Run(string(entry.Code), func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(root, string(entry.Code))
			var report strings.Builder
			for _, example := range []struct {
				name, text string
				bad        bool
			}{{"bad.yaml", entry.Bad, true}, {"good.yaml", entry.Good, false}} {
				file := filepath.Join(dir, example.name)
				text := []byte(example.text)
				if about {
					text = wholeManifest(t, example.text)
				}
				testkit.Golden(t, file, text)
				stdout, stderr, code := run(t, "", append([]string{"validate", file}, entry.Flags...)...)
				said := strings.ReplaceAll(stdout+stderr, dir+string(filepath.Separator), "")
				report.WriteString("$ helm-flink validate " + strings.Join(append([]string{example.name}, entry.Flags...), " ") + "\n" + said)
				judgeCase(t, entry, said, code, example.bad)
			}
			testkit.Golden(t, filepath.Join(dir, "want.txt"), []byte(report.String()))
		})
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(codes, e.Name()) {
			t.Errorf("testdata/rules/%s: there is no such rule", e.Name())
		}
	}
}

// ofManifests reports whether a code is about reading manifests or about their
// API; its examples are whole manifests.
func ofManifests(c diag.Code) bool {
	return c >= "FLK022" && c <= "FLK029" || c >= "FLK100" && c < "FLK200"
}

// wholeManifest writes an example as the documents that a user would have.
func wholeManifest(t *testing.T, example string) []byte {
	t.Helper()
	var docs []string
	for _, data := range testkit.Example(t, example) {
		doc, err := yaml.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, string(doc))
	}
	return []byte(strings.Join(docs, "---\n"))
}

// judgeCase holds the report of an example against its rule.
func judgeCase(t *testing.T, entry diag.Entry, said string, code int, bad bool) {
	t.Helper()
	flagged, errors := false, false
	for line := range strings.Lines(said) {
		at, rest, _ := strings.Cut(line, ": ")
		said, says := strings.CutPrefix(rest, entry.Severity.String()+" "+string(entry.Code))
		flagged = flagged || says && strings.HasPrefix(strings.TrimPrefix(said, ":"), " ") && strings.Count(at, ":") == 2
		errors = errors || strings.HasPrefix(rest, "error ")
	}
	switch {
	case bad && !flagged:
		t.Errorf("the bad example is not flagged %s %s at a line:\n%s", entry.Severity, entry.Code, said)
	case !bad && (flagged || errors):
		t.Errorf("the good example is flagged:\n%s", said)
	case bad && entry.Severity == diag.Error && code != 3:
		t.Errorf("the bad example ends with %d", code)
	case !bad && code != 0:
		t.Errorf("the good example ends with %d", code)
	}
}

// TestSameEveryRun validates the bad manifests of all rules together, some of which are the same object: they are read and judged
// by many goroutines, and the report is the same to the byte each time.
func TestSameEveryRun(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "testdata", "rules", "*", "bad.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	first := ""
	for i := range 4 {
		stdout, stderr, _ := run(t, "", append([]string{"validate"}, files...)...)
		switch {
		case i == 0:
			first = stdout + stderr
		case stdout+stderr != first:
			t.Fatalf("run %d says something else:\n%s", i+1, firstDifference(first, stdout+stderr))
		}
	}
	if !strings.Contains(first, "FLK511") {
		t.Error("no object is twice in them")
	}
}

// firstDifference shows the first line that differs.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "- " + x[i] + "\n+ " + y[i]
		}
	}
	return "one goes on where the other ends"
}
