//go:build unix

package pipes_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/helm-flink/helm-flink/internal/testkit"
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
	writeSchemas(t, b.root, b.schemas)
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

// writeSchemas writes the schemas of the pinned CRDs as kubeconform wants them: a file a kind and version, closed where
// the API server would prune.
func writeSchemas(t *testing.T, root, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "schemas", "crds", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pinned CRDs: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var crd struct {
			Spec struct {
				Names    struct{ Kind string }
				Versions []struct {
					Name   string
					Schema struct{ OpenAPIV3Schema map[string]any }
				}
			}
		}
		if err := json.Unmarshal(data, &crd); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, v := range crd.Spec.Versions {
			closed(v.Schema.OpenAPIV3Schema)
			delete(v.Schema.OpenAPIV3Schema, "additionalProperties") // apiVersion, kind and metadata are not in all of them
			out, err := json.Marshal(v.Schema.OpenAPIV3Schema)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.ToLower(crd.Spec.Names.Kind) + "_" + v.Name + ".json"
			if err := os.WriteFile(filepath.Join(dir, name), out, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// closed adds additionalProperties: false to every object of a structural schema that would lose unknown fields.
func closed(node map[string]any) {
	properties, _ := node["properties"].(map[string]any)
	if properties != nil && node["additionalProperties"] == nil && node["x-kubernetes-preserve-unknown-fields"] != true {
		node["additionalProperties"] = false
	}
	for _, property := range properties {
		if sub, ok := property.(map[string]any); ok {
			closed(sub)
		}
	}
	for _, key := range []string{"items", "additionalProperties"} {
		if sub, ok := node[key].(map[string]any); ok {
			closed(sub)
		}
	}
}
