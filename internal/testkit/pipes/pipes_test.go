//go:build unix

package pipes_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/testkit/crdschemas"
	"github.com/helm-flink/helm-flink/schemas"
)

// driver is a way to start the program.
type driver struct {
	name string
	// flink starts the program, helm the Helm beside it.
	flink, helm string
	// broken is the exit code when nobody reads the output: 128 and SIGPIPE as of other programs, or, where Helm would
	// complain about that, none.
	broken string
}

func drivers() []driver {
	return []driver{
		{"alone", "helm-flink", "helm3", "141"},
		{"helm3", "helm3 flink", "helm3", "0"},
		{"helm4", "helm4 flink", "helm4", "0"},
	}
}

// TestOffline runs testdata/pipes/offline: pipes without a cluster.
func TestOffline(t *testing.T) {
	t.Parallel()
	bench := newBench(t, "kustomize", "kubeconform", "helm3", "helm4")
	for _, d := range drivers() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			bench.run(t, "offline", d)
		})
	}
}

// TestCluster runs testdata/pipes/cluster: pipes into kubectl, one driver after the other on one API server.
func TestCluster(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a control plane; left out with -short")
	}
	bench := newBench(t, "kubectl", "helm3", "helm4")
	plane := testkit.ControlPlane(t)
	crds, complaint, err := testkit.Run(t.Context(), testkit.Command{
		Name: filepath.Join(bench.bin, "helm-flink"),
		Args: []string{"template", "-f", filepath.Join(testkit.RepoRoot(t), "examples", "minimal.yaml"), "--include", "crds"},
	})
	if err != nil {
		t.Fatalf("template --include crds: %v\n%s", err, complaint)
	}
	plane.ApplyCRDs(t, crds)
	plane.PlayCAInjector(t)
	plane.PlayOperatorWebhook(t, "flink-kubernetes-operator")
	bench.kubeconfig = plane.Kubeconfig
	for _, d := range drivers() {
		t.Run(d.name, func(t *testing.T) { bench.run(t, "cluster", d) })
	}
}

// bench has the programs that scripts use.
type bench struct {
	root, bin, plugins, schemas string
	kubeconfig                  string
}

// newBench builds the program, and lays it out with the named tools, and as a plugin.
func newBench(t *testing.T, tools ...string) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{
		root: testkit.RepoRoot(t), bin: filepath.Join(dir, "bin"), plugins: filepath.Join(dir, "plugins"),
		schemas: filepath.Join(dir, "schemas"), kubeconfig: filepath.Join(dir, "kubeconfig"),
	}
	plugin := filepath.Join(b.plugins, "flink")
	for _, folder := range []string{b.bin, b.schemas, plugin} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, tool := range tools {
		link(t, testkit.Tool(t, tool), filepath.Join(b.bin, tool))
	}
	_, complaint, err := testkit.Run(t.Context(), testkit.Command{
		Name: "go", Args: []string{"build", "-o", b.bin + "/", "./cmd/helm-flink", "./cmd/helm-flink-capacity"}, Dir: b.root,
	})
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, complaint)
	}
	for _, file := range []string{"plugin.yaml", "plugin.complete", "completion.yaml"} {
		link(t, filepath.Join(b.root, file), filepath.Join(plugin, file))
	}
	link(t, b.bin, filepath.Join(plugin, "bin"))
	if err := crdschemas.Write(schemas.CRDs, b.schemas); err != nil {
		t.Fatal(err)
	}
	return b
}

func link(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Symlink(from, to); err != nil {
		t.Fatal(err)
	}
}

// run runs the scripts of a folder. In them $FLINK starts the program and $HELM the Helm beside it; $BROKEN is the exit
// code when nobody reads the output, $SCHEMAS the place of JSON Schemas for kubeconform.
func (b *bench) run(t *testing.T, folder string, d driver) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join(b.root, "testdata", "pipes", folder), RequireExplicitExec: true, RequireUniqueNames: true,
		UpdateScripts: testkit.Updating(),
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, ".home")
			for name, value := range map[string]string{
				"PATH": b.bin + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME": home, "KUBECONFIG": b.kubeconfig,
				"HELM_PLUGINS": b.plugins, "HELM_DATA_HOME": home + "/data", "HELM_CACHE_HOME": home + "/cache",
				"HELM_CONFIG_HOME": home + "/config", "KUBERC": "off",
				"FLINK": d.flink, "HELM": d.helm, "BROKEN": d.broken, "SCHEMAS": b.schemas,
				"EXAMPLES": filepath.Join(b.root, "examples"),
			} {
				e.Setenv(name, value)
			}
			return nil
		},
	})
}
