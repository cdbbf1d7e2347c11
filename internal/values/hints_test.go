package values_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

// TestKeysOfTheCRD: who writes a FlinkDeployment's key where ours stands under
// another name is told where it went.
func TestKeysOfTheCRD(t *testing.T) {
	t.Parallel()
	schema, err := values.CompileSchema("values.schema.json", schemas.Values)
	if err != nil {
		t.Fatal(err)
	}
	for text, hint := range map[string]string{
		"jobs: {a: {team: t, jarURI: 'local:///x', job: {parallelism: 2}}}": "the keys of a FlinkDeployment's spec.job stand here " +
			"themselves: jarURI, args, parallelism, upgradeMode",
		"jobDefaults: {taskManager: {resource: {cpu: 1}}}": "cpu and memory stand here themselves",
		"jobDefaults: {flinkConfig: {}}":                   `did you mean "flinkConfiguration"?`,
	} {
		_, findings := load(t, schema, values.Input{Files: []values.Source{file(text)}})
		found := false
		for _, f := range findings {
			found = found || f.Code == diag.CodeUnknownKey && f.Hint == hint
		}
		if !found {
			t.Errorf("%s: no finding with the hint %q in %v", text, hint, findings)
		}
	}
}
