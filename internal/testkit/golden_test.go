package testkit_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// recorder stands in for the test that uses the helper, and remembers how it failed.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Error(args ...any) { r.failures = append(r.failures, args[0].(string)) }
func (r *recorder) Errorf(format string, args ...any) {
	text := []string{format}
	for _, arg := range args {
		if s, ok := arg.(string); ok {
			text = append(text, s)
		}
	}
	r.failures = append(r.failures, strings.Join(text, "\n"))
}

func TestGolden(t *testing.T) {
	t.Parallel()
	if testkit.Updating() {
		t.Skip("golden files are being rewritten")
	}
	path := filepath.Join(t.TempDir(), "want.yaml")
	if err := os.WriteFile(path, []byte("a: 1\r\nb: 2\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	same := &recorder{TB: t}
	testkit.Golden(same, path, []byte("a: 1\nb: 2\n"))
	if len(same.failures) != 0 {
		t.Errorf("CRLF makes a difference: %q", same.failures)
	}
	other := &recorder{TB: t}
	testkit.Golden(other, path, []byte("a: 1\nb: 3\n"))
	if len(other.failures) != 1 {
		t.Fatalf("got %d failures, want 1", len(other.failures))
	}
	for _, want := range []string{"-b: 2\n+b: 3\n", "go test ./internal/testkit -run '^TestGolden$' -update"} {
		if !strings.Contains(other.failures[0], want) {
			t.Errorf("the failure lacks %q:\n%s", want, other.failures[0])
		}
	}
	for _, got := range [][]byte{nil, {}} {
		missing := &recorder{TB: t}
		testkit.Golden(missing, filepath.Join(t.TempDir(), "want.yaml"), got)
		if (len(missing.failures) == 0) != (got == nil) {
			t.Errorf("a missing file against %#v: %q", got, missing.failures)
		}
	}
}

func TestCases(t *testing.T) {
	t.Parallel()
	if testkit.Updating() {
		t.Skip("golden files are being rewritten")
	}
	root := t.TempDir()
	for _, file := range []string{
		"README.md", "stray.yaml", "whole/values.yaml", "whole/want.yaml", "command/args", "command/want.txt",
		"orphan/want.yaml", "unwanted/values.yaml", "empty/notes.md",
	} {
		path := filepath.Join(root, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := &recorder{TB: t}
	if got, want := testkit.Cases(r, root), []string{"command", "whole"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, want := range []string{"stray.yaml: a file", "orphan: an orphan", "unwanted: no want", "empty: an empty case"} {
		if !slices.ContainsFunc(r.failures, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("nothing says %q: %q", want, r.failures)
		}
	}
	if len(r.failures) != 4 {
		t.Errorf("got %d failures, want 4: %q", len(r.failures), r.failures)
	}
}
