package cli_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestBlueprintDefects: validate names each defect of the published examples in
// testdata/blueprint with the codes of the file's second line, at a line of the
// file.
func TestBlueprintDefects(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "testdata", "blueprint", "*.yaml"))
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Fields(strings.Split(string(text), "\n")[1])[1:]
			if len(want) == 0 {
				t.Fatal("the second line has no codes")
			}
			stdout, stderr, _ := run(t, "", "validate", file)
			var said []string
			for line := range strings.Lines(stdout + stderr) {
				if at, rest, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(at, file+":") {
					said = append(said, strings.Fields(rest)[1])
				}
			}
			for _, code := range want {
				if !slices.Contains(said, strings.TrimSuffix(code, ":")) {
					t.Errorf("%s is not said:\n%s", code, stdout+stderr)
				}
			}
		})
	}
}
