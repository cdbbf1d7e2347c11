package values_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

func TestCompileSchema(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ schema, want string }{
		"not JSON":        {"{", "s.json: unexpected end of JSON input"},
		"not a schema":    {`{"type": "text"}`, "s.json: "},
		"from elsewhere":  {`{"$ref": "https://example.com/x.json"}`, "a schema cannot refer to another one"},
		"nowhere":         {`{"$ref": "#/$defs/x"}`, "s.json: "},
		"bad pattern":     {`{"pattern": "("}`, "s.json: "},
		"note, not a key": {`{"properties": {"title": {"type": "text"}}}`, "s.json: "},
	} {
		if _, err := values.CompileSchema("s.json", []byte(c.schema)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// TestManyJobs: a large file of the real schema has no findings, and a mistake
// in its last job is found there.
func TestManyJobs(t *testing.T) {
	t.Parallel()
	schema, err := values.CompileSchema("values.schema.json", schemas.Values)
	if err != nil {
		t.Fatal(err)
	}
	text := manyJobs(300)
	_, findings := load(t, schema, values.Input{Files: []values.Source{{Name: "f.yaml", Data: text}}})
	check(t, findings, "")
	broken := slices.Concat(text, []byte("    parallelsim: 2\n"))
	_, findings = load(t, schema, values.Input{Files: []values.Source{{Name: "f.yaml", Data: broken}}})
	check(t, findings, `f.yaml:6906:5: error FLK010 jobs.job-299.parallelsim: unknown key "parallelsim"
		did you mean "parallelism"?`)
}
