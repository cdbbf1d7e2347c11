package doctest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/testkit/doctest"
)

// TestIndex: docs/README.md names every page of docs.
func TestIndex(t *testing.T) {
	t.Parallel()
	docs := filepath.Join(testkit.RepoRoot(t), "docs")
	source, err := os.ReadFile(filepath.Join(docs, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	index, err := doctest.Parse(string(source))
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{"README.md": true}
	for _, link := range index.Links {
		named[link.Target] = true
	}
	found, err := filepath.Glob(filepath.Join(docs, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if name := filepath.Base(file); !named[name] {
			t.Errorf("docs/README.md does not name %s", name)
		}
	}
}
