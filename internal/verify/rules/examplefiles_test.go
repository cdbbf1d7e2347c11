package rules_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify/model"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// TestRendered judges what values are rendered to by the rules across objects: our own examples, as whole platforms, get no
// finding at all, and the other cases no error and no warning. A case that renders some components is a part of a platform.
func TestRendered(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "testdata", "golden", "*", "want.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no rendered files: %v", err)
	}
	all, examples := rules.All(), 0
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		example := strings.HasPrefix(name, "example-")
		if example {
			examples++
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args, err := os.ReadFile(filepath.Join(filepath.Dir(file), "args"))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			w := world(t, file, !strings.Contains(string(args), "--include\n"))
			found := rules.Across(all, w)
			for i := range rules.Members(w) {
				found = append(found, rules.Judge(all, w, i)...)
			}
			for _, f := range found {
				if across(f.Code) && (example || f.Severity != diag.Info) {
					t.Errorf("%s", f)
				}
			}
		})
	}
	if examples < 5 {
		t.Errorf("%d examples, want those of examples/", examples)
	}
}

func across(c diag.Code) bool { return c >= "FLK500" && c < "FLK560" || c >= "FLK700" && c < "FLK750" }

func world(t *testing.T, file string, complete bool) *model.World {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var units []model.Unit
	for doc := range strings.SplitSeq("\n"+string(data), "\n---\n") {
		if strings.TrimSpace(doc) != "" {
			units = append(units, model.Read(manifest.Object{Data: parse(t, doc)}))
		}
	}
	return model.Build(units, model.Options{Complete: complete})
}
