package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestDocsCommands runs the commands of pages of docs, one page in one folder, in order: every block marked sh; one marked "sh
// cluster" needs a cluster. helm is played by a script that knows `helm flink` alone.
func TestDocsCommands(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	capacity := testkit.CapacityProgram(t)
	shim := t.TempDir()
	script := "#!/bin/sh\n[ \"$1\" = flink ] || { echo \"helm $1: no such command here\" >&2; exit 1; }\nshift\nexec helm-flink \"$@\"\n"
	if err := os.WriteFile(filepath.Join(shim, "helm"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	path := strings.Join([]string{shim, capacity, os.Getenv("PATH")}, string(filepath.ListSeparator))
	for _, name := range []string{"getting-started.md", "report.md"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(root, "docs", name))
			if err != nil {
				t.Fatal(err)
			}
			dir, ran := t.TempDir(), 0
			for _, block := range strings.Split(string(text), "\n```sh\n")[1:] {
				commands, _, _ := strings.Cut(block, "\n```")
				stdout, stderr, err := testkit.Run(t.Context(), testkit.Command{
					Name: "sh", Args: []string{"-euc", commands}, Dir: dir, Env: []string{"PATH=" + path},
				})
				if err != nil {
					t.Errorf("%s\n%v\n%s%s", commands, err, stdout, stderr)
				}
				ran++
			}
			if ran == 0 {
				t.Error("no commands")
			}
		})
	}
}
