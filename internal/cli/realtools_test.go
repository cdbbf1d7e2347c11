package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestRealTools runs testdata/real/*.txtar, in which the real kustomize, helm3 and helm4 start helm-flink. PLUGIN is the
// folder of the plugin flink-post-render, and each script has a home of its own.
func TestRealTools(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	bin := t.TempDir()
	for _, name := range []string{"kustomize", "helm3", "helm4"} {
		if err := os.Symlink(testkit.Tool(t, name), filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join(root, "testdata", "real"), RequireExplicitExec: true, RequireUniqueNames: true,
		UpdateScripts: testkit.Updating(),
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", filepath.Join(root, "examples"))
			e.Setenv("CHARTS", filepath.Join(root, "charts"))
			e.Setenv("PLUGIN", filepath.Join(root, "cmd", "helm-flink", "post-render"))
			own, others, _ := strings.Cut(e.Getenv("PATH"), string(filepath.ListSeparator)) // testscript puts the program in front
			e.Setenv("PROGRAM", filepath.Join(own, "helm-flink"))
			e.Setenv("HELM_FLINK_PROGRAM", filepath.Join(own, "helm-flink"))
			e.Setenv("PATH", e.Getenv("PATH")+string(filepath.ListSeparator)+bin)
			e.Setenv("PATH_WITHOUT_PROGRAM", others+string(filepath.ListSeparator)+bin)
			for name, dir := range map[string]string{"DATA": "data", "CACHE": "cache", "CONFIG": "config"} {
				e.Setenv("HELM_"+name+"_HOME", filepath.Join(e.WorkDir, ".helm", dir))
			}
			return nil
		},
	})
}
