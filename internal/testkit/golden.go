package testkit

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pmezard/go-difflib/difflib"
)

// The flags of golden tests. They are defined only in test binaries that import this package; where several packages are
// tested at once, HELM_FLINK_UPDATE=1 in the environment does what -update does.
var (
	update    = flag.Bool("update", false, "rewrite golden files instead of comparing with them")
	rejectDir = flag.String("reject-dir", "", "folder that gets NAME.rej for every golden file that differs")
)

// Updating says whether golden files are to be rewritten: the flag -update, or HELM_FLINK_UPDATE=1.
func Updating() bool {
	return *update || os.Getenv("HELM_FLINK_UPDATE") == "1"
}

// Golden compares got with the file at path, byte for byte, CRLF counting as LF in the file. A difference fails the test
// with a unified diff and the command that rewrites the file; a missing file is a difference from nothing. With -update
// the file is written, and removed when got is nil.
func Golden(t testing.TB, path string, got []byte) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	absent := err != nil
	want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))
	if bytes.Equal(want, got) && absent == (got == nil) {
		return
	}
	if Updating() {
		writeGolden(t, path, got)
		return
	}
	reject(t, path, got)
	t.Errorf("%s differs:\n%s\nif the new output is right: %s", path, Diff(path, string(want), string(got)), updateCommand(t))
}

// writeGolden writes or removes one golden file.
func writeGolden(t testing.TB, path string, got []byte) {
	t.Helper()
	if got == nil {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, got, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("wrote %s", path)
}

// reject writes what the test got into the folder of -reject-dir, if there is one.
func reject(t testing.TB, path string, got []byte) {
	t.Helper()
	if *rejectDir == "" {
		return
	}
	name := strings.ReplaceAll(t.Name(), "/", "_") + "_" + filepath.Base(path) + ".rej"
	if err := os.MkdirAll(*rejectDir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*rejectDir, name), got, 0o644); err != nil {
		t.Fatal(err)
	}
}

// updateCommand is the exact command that rewrites the golden files of the running test.
func updateCommand(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := filepath.Rel(RepoRoot(t), dir)
	if err != nil {
		t.Fatal(err)
	}
	steps := strings.Split(t.Name(), "/")
	for i, step := range steps {
		steps[i] = "^" + regexp.QuoteMeta(step) + "$"
	}
	return fmt.Sprintf("go test ./%s -run '%s' -update", filepath.ToSlash(pkg), strings.Join(steps, "/"))
}

// Diff returns a unified diff of two texts with three lines of context, or "" when they are equal.
func Diff(name, want, got string) string {
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: difflib.SplitLines(want), B: difflib.SplitLines(got),
		FromFile: name + " (want)", ToFile: name + " (got)", Context: 3,
	})
	if err != nil {
		return err.Error()
	}
	return text
}

// Cases returns the cases of a folder in which every folder is a case, sorted by name: golden/<case>. A case holds its
// input, values.yaml or args (further files may lie beside it), and at least one expectation, want.yaml or another file
// named want.*. The test fails on a case without either, on an empty one, and on a stray file; with -update the
// expectation may be missing, because the test is about to write it.
func Cases(t testing.TB, root string) []string {
	t.Helper()
	cases, problems, err := readCases(root, Updating())
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
	return cases
}

// readCases lists the whole cases of a folder, and says what is wrong with the others.
func readCases(root string, updating bool) (cases, problems []string, err error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		path := filepath.Join(root, entry.Name())
		if !entry.IsDir() {
			if entry.Name() != "README.md" {
				problems = append(problems, path+": a file where only cases belong")
			}
			continue
		}
		files, err := os.ReadDir(path)
		if err != nil {
			return nil, nil, err
		}
		input, want := false, false
		for _, file := range files {
			input = input || slices.Contains([]string{"values.yaml", "args"}, file.Name())
			want = want || strings.HasPrefix(file.Name(), "want.")
		}
		switch {
		case !input && !want:
			problems = append(problems, path+": an empty case: neither values.yaml nor args, and no want.yaml")
		case !input:
			problems = append(problems, path+": an orphan: want.* without values.yaml or args")
		case !want && !updating:
			problems = append(problems, path+": no want.yaml: write it with -update")
		default:
			cases = append(cases, entry.Name())
		}
	}
	if len(cases) == 0 {
		problems = append(problems, root+": no cases")
	}
	return cases, problems, nil
}
