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
	for doc := range strings.SplitSeq("\n"+text, "\n---\n") {
		out = append(out, Whole(t, ParseObject(t, doc)))
	}
	return out
}

// Whole lays an object over the whole one of its kind, as Example does.
func Whole(t testing.TB, own map[string]any) map[string]any {
	t.Helper()
	kind, _ := own["kind"].(string)
	return over(base(t, kind), own)
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
	return ParseObject(t, string(data))
}

// ParseObject reads one YAML document.
func ParseObject(t testing.TB, text string) map[string]any {
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
