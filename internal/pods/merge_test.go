package pods

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// TestMergeLikeTheOperator compares merged pod templates with those of the operator's own FlinkUtils.mergePodTemplates; see
// testdata/operator-1.16/Merge.java.
func TestMergeLikeTheOperator(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "operator-1.16")
	for name, byName := range map[string]bool{"containers.by-position": false, "containers.by-name": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := merge(
				template(t, filepath.Join(dir, "containers.common.yaml")), template(t, filepath.Join(dir, "containers.own.yaml")), byName)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := written(t, got), written(t, template(t, filepath.Join(dir, name+".json"))); a != b {
				t.Errorf("got  %s\nwant %s", a, b)
			}
		})
	}
}

func template(t *testing.T, file string) *v1beta1.PodTemplate {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := new(v1beta1.PodTemplate)
	if err := yaml.UnmarshalStrict(data, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func written(t *testing.T, p *v1beta1.PodTemplate) string {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
