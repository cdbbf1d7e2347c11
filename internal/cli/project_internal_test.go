package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// TestProject reads the nearest file of a repository from a folder in it; the
// test changes its folder and so runs alone.
func TestProject(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{".git", "team/deep"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(root, "team", "deep"))
	e := &environment{}
	if f, findings, err := e.project(); f != nil || findings != nil || err != nil {
		t.Errorf("without a file: %v, %v, %v", f, findings, err)
	}
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(root, ".helm-flink.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("stacks:\n  prod: { values: [team/flink.yaml] }\n")
	f, findings, err := e.project()
	if err != nil || len(findings) > 0 || f == nil {
		t.Fatalf("%v, %v, %v", f, findings, err)
	}
	if err := os.WriteFile("../flink.yaml", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../flink.yaml", "link.yaml"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../flink.yaml", "../../team/flink.yaml", filepath.Join(root, "team/flink.yaml"), "link.yaml"} {
		if stacks, alone := f.Group([]string{name}, canonical); len(stacks) != 1 || len(alone) != 0 {
			t.Errorf("%s: stacks %v, alone %q", name, stacks, alone)
		}
	}
	if _, alone := f.Group([]string{"none.yaml"}, canonical); len(alone) != 1 {
		t.Errorf("a file of no stack: %q", alone)
	}
	write("stacks:\n  prod: {}\n")
	f, findings, err = e.project()
	if f != nil || !findings.Has(diag.Error) || findings[0].Pos.File != filepath.Join("..", "..", ".helm-flink.yaml") || err != nil {
		t.Errorf("broken: %v, %v, %v", f, findings, err)
	}
	if got, err := repo(); err != nil || filepath.Base(got.Dir) != "deep" || got.Root == got.Dir {
		t.Errorf("repo: %+v, %v", got, err)
	}
}
