package doctest_test

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/testkit/doctest"
)

// TestLinks resolves every relative link of the pages, and every anchor in them. What is on the network is not asked.
func TestLinks(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	read := map[string]doctest.Page{}
	parse := func(name string) (doctest.Page, bool) {
		if page, ok := read[name]; ok {
			return page, true
		}
		source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return doctest.Page{}, false
		}
		page, err := doctest.Parse(string(source))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		read[name] = page
		return page, true
	}
	links := 0
	for _, name := range markdown(t, root) {
		page, _ := parse(name)
		for _, link := range page.Links {
			if strings.Contains(link.Target, "://") || strings.HasPrefix(link.Target, "mailto:") {
				continue
			}
			links++
			file, anchor, _ := strings.Cut(link.Target, "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(target))); err != nil || strings.HasPrefix(target, "../") {
				t.Errorf("%s:%d: %s leads nowhere", name, link.Line, link.Target)
				continue
			}
			if anchor == "" {
				continue
			}
			if to, ok := parse(target); !ok || !to.Anchors[anchor] {
				t.Errorf("%s:%d: %s has no heading #%s", name, link.Line, target, anchor)
			}
		}
	}
	if links == 0 {
		t.Error("no links found")
	}
}

// markdown lists all pages of the repository: those at its top, and those of docs, charts and examples.
func markdown(t *testing.T, root string) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.md", ".github/*.md", "docs/*.md", "docs/adr/*.md", "charts/*/README.md", "examples/*/*.md", "internal/tools/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			name, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, filepath.ToSlash(name))
		}
	}
	return names
}
