package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestRealTools runs testdata/real/*.txtar, in which the real kustomize, helm3 and helm4 start helm-flink.
func TestRealTools(t *testing.T) {
	t.Parallel()
	realTools(t, "real", nil)
}

// TestRealToolsOnCluster runs testdata/real-cluster/*.txtar, in which they have a real API server.
func TestRealToolsOnCluster(t *testing.T) {
	t.Parallel()
	plane := testkit.ControlPlane(t)
	realTools(t, "real-cluster", map[string]string{"KUBECONFIG": plane.Kubeconfig})
}

// realTools runs the scripts of a folder of testdata. PLUGIN is the folder of the plugin flink-post-render, PROGRAM is
// helm-flink, and each script has a home of its own.
func realTools(t *testing.T, folder string, more map[string]string) {
	t.Helper()
	root := testkit.RepoRoot(t)
	bin := t.TempDir()
	for _, name := range []string{"kustomize", "helm3", "helm4"} {
		if err := os.Symlink(testkit.Tool(t, name), filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join(root, "testdata", folder), RequireExplicitExec: true, RequireUniqueNames: true,
		UpdateScripts: testkit.Updating(),
		Setup: func(e *testscript.Env) error {
			own, others, _ := strings.Cut(e.Getenv("PATH"), string(filepath.ListSeparator)) // testscript puts the program in front
			env := map[string]string{
				"EXAMPLES": filepath.Join(root, "examples"), "CHARTS": filepath.Join(root, "charts"),
				"PLUGIN":  filepath.Join(root, "cmd", "helm-flink", "post-render"),
				"PROGRAM": filepath.Join(own, "helm-flink"), "HELM_FLINK_PROGRAM": filepath.Join(own, "helm-flink"),
				"PATH":                 e.Getenv("PATH") + string(filepath.ListSeparator) + bin,
				"PATH_WITHOUT_PROGRAM": others + string(filepath.ListSeparator) + bin,
				"HELM_DATA_HOME":       filepath.Join(e.WorkDir, ".helm", "data"),
				"HELM_CACHE_HOME":      filepath.Join(e.WorkDir, ".helm", "cache"),
				"HELM_CONFIG_HOME":     filepath.Join(e.WorkDir, ".helm", "config"),
			}
			for _, all := range []map[string]string{env, more} {
				for name, value := range all {
					e.Setenv(name, value)
				}
			}
			return nil
		},
	})
}
