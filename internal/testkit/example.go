package testkit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// Example completes an example of a rule: each of its YAML documents is laid
// over the whole object of its kind in internal/verify/rules/testdata/base, if
// there is one; null takes away.
func Example(t testing.TB, text string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, doc := range strings.Split("\n"+text, "\n---\n") {
		own := parse(t, doc)
		kind, _ := own["kind"].(string)
		out = append(out, over(base(t, kind), own))
	}
	return out
}

// base is the whole object that examples of a kind stand on. A blue/green
// deployment's template is a FlinkDeployment's.
func base(t testing.TB, kind string) map[string]any {
	t.Helper()
	if kind == "FlinkBlueGreenDeployment" {
		d := base(t, "FlinkDeployment")
		return map[string]any{
			"apiVersion": d["apiVersion"], "kind": kind, "metadata": d["metadata"],
			"spec": map[string]any{"template": map[string]any{"spec": d["spec"]}},
		}
	}
	data, err := os.ReadFile(filepath.Join(RepoRoot(t), "internal", "verify", "rules", "testdata", "base", kind+".yaml"))
	if err != nil {
		return nil
	}
	return parse(t, string(data))
}

func parse(t testing.TB, text string) map[string]any {
	t.Helper()
	var out map[string]any
	if err := yaml.UnmarshalStrict([]byte(text), &out); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return out
}

func over(a, b map[string]any) map[string]any {
	if a == nil {
		return b
	}
	for key, value := range b {
		m, isMap := value.(map[string]any)
		old, wasMap := a[key].(map[string]any)
		switch {
		case value == nil:
			delete(a, key)
		case isMap && wasMap:
			a[key] = over(old, m)
		default:
			a[key] = value
		}
	}
	return a
}
