package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// kptfile is the part of a Kptfile that is followed here (kpt.dev/v1).
type kptfile struct {
	Pipeline struct {
		Mutators, Validators []struct {
			Exec       string `json:"exec"`
			ConfigPath string `json:"configPath"`
		}
	} `json:"pipeline"`
}

// TestKptExample plays `kpt fn render` over examples/kpt-fn by the protocol: the package's files are the items, with their paths, each function
// gets its configuration as functionConfig, and the items of one are those of the next. A second run changes nothing.
func TestKptExample(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testkit.RepoRoot(t), "examples", "kpt-fn")
	var pipeline kptfile
	var items []any
	configs := map[string]any{}
	for _, name := range []string{"Kptfile", "platform.yaml", "validation.yaml"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		configs[name] = testkit.ParseObject(t, string(text))
		item := testkit.ParseObject(t, string(text))
		annotations, _ := item["metadata"].(map[string]any)["annotations"].(map[string]any)
		annotations["internal.config.kubernetes.io/path"] = name
		annotations["internal.config.kubernetes.io/index"] = "0"
		items = append(items, item)
		if name == "Kptfile" {
			if err := yaml.Unmarshal(text, &pipeline); err != nil {
				t.Fatal(err)
			}
		}
	}
	render := func(items []any) []any {
		for _, f := range append(pipeline.Pipeline.Mutators, pipeline.Pipeline.Validators...) {
			list, err := yaml.Marshal(map[string]any{
				"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": items, "functionConfig": configs[f.ConfigPath],
			})
			if err != nil {
				t.Fatal(err)
			}
			stdout, stderr, code := run(t, string(list), strings.Fields(f.Exec)[1:]...)
			if code != 0 {
				t.Fatalf("%s: exit %d\n%s", f.Exec, code, stderr)
			}
			items, _ = testkit.ParseObject(t, stdout)["items"].([]any)
		}
		return items
	}
	if len(pipeline.Pipeline.Mutators) != 1 || len(pipeline.Pipeline.Validators) != 1 {
		t.Fatalf("the pipeline of the Kptfile: %+v", pipeline)
	}
	once := render(items)
	text, err := yaml.Marshal(once)
	if err != nil {
		t.Fatal(err)
	}
	testkit.Golden(t, filepath.Join(testkit.RepoRoot(t), "testdata", "kpt", "want.yaml"), text)
	twice, err := yaml.Marshal(render(once))
	if err != nil || string(twice) != string(text) {
		t.Errorf("a second run changes the items: %v\n%s", err, testkit.Diff("items", string(text), string(twice)))
	}
}
