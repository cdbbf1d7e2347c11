package values_test

import (
	"reflect"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/values"
)

// FuzzLoad: whatever the file holds, Load does not panic, says the same twice,
// and what it reads without a finding is what Helm's YAML reads.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"a: 1\n", "a: &x [1, *x]\n", "a: &x {b: 1}\nc: {<<: *x}\n", "a:\n\tb: 1\n", "\ufeffa: 1\n", "a: 1\na: 2\n", "---\na: 1\n---\nb: 2\n",
		"jobs: {a: {team: ~, pool: [x], parallelism: 017}}\n", "name: $X\nzones: {a: b}\n", "? [a]\n: b\n", "a: |\n  x\n", "a: 99999999999999999999999\n",
		"apiVersion: helm-flink.dev/v1\nkind: FlinkPlatform\nspec: {name: A}\n", "a: \"\\x00\"\n", "a: !!int x\n", "%YAML 1.1\n---\na: b\n",
		"a: 1e400\n", "mode: {}\nany: []\nsealed: {x: 1}\n",
	} {
		f.Add([]byte(seed))
	}
	schema := compile(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := values.Input{Files: []values.Source{{Name: "f.yaml", Data: data}}}
		doc, findings, err := values.Load(in, schema)
		if err != nil {
			t.Fatal(err)
		}
		_, again, _ := values.Load(in, schema)
		if !reflect.DeepEqual(findings, again) {
			t.Fatalf("two runs differ:\n%s\n%s", text(findings), text(again))
		}
		if len(findings) > 0 || doc.Root.Get("kind") != nil {
			return
		}
		var want map[string]any
		if err := yaml.Unmarshal(data, &want); err != nil {
			t.Skipf("Helm does not read it: %v", err)
		}
	})
}
