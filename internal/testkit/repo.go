package testkit

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// RepoRoot returns the absolute path of the repository: the nearest folder above the test's own that holds the go.mod of
// the product's module. A test runs in the folder of its package, so no other hint is needed.
func RepoRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(content, []byte("module github.com/helm-flink/helm-flink\n")) {
			return dir
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod of github.com/helm-flink/helm-flink above this test")
		}
		dir = parent
	}
}

// Shared returns the path of a file or folder in the folder shared that may lie beside the repository and holds
// reference material. Where it is absent the test is skipped and says so: nothing in the repository depends on it.
func Shared(t testing.TB, elements ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{filepath.Dir(RepoRoot(t)), "shared"}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("reference material is absent: %v", err)
	}
	return path
}
