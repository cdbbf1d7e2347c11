package values_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/values"
)

func TestReplaceBlock(t *testing.T) {
	t.Parallel()
	const text = `# top
cluster:
  name: a # the name

  # of the region
  region: b
  tags:
    x: y

# of the runtime
runtime: { distribution: emr }
`
	members, err := values.Block([]byte(text), "cluster")
	if err != nil {
		t.Fatal(err)
	}
	want := []values.BlockMember{
		{Key: "name", Text: "  name: a # the name\n\n"}, {Key: "region", Text: "  # of the region\n  region: b\n"},
		{Key: "tags", Text: "  tags:\n    x: y\n"},
	}
	for i, m := range members {
		if m != want[i] {
			t.Errorf("member %d: %q, want %q", i, m, want[i])
		}
	}
	got, err := values.ReplaceBlock([]byte(text), "cluster", "cluster: { name: z }\n")
	if err != nil || string(got) != "# top\ncluster: { name: z }\n\n# of the runtime\nruntime: { distribution: emr }\n" {
		t.Errorf("%v:\n%s", err, got)
	}
	for _, key := range []string{"runtime", "jobs"} {
		if _, err := values.Block([]byte(text), key); err == nil {
			t.Errorf("%s is no block, and none was missed", key)
		}
	}
}
