package overlay_test

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/schemas"
)

// TestLikeKustomize: the real kustomize builds the same over a written base.
func TestLikeKustomize(t *testing.T) {
	kustomize := testkit.Tool(t, "kustomize")
	set := base(t)
	for _, o := range set {
		switch o.Key().Kind {
		case "ConfigMap": // a control character is more than kustomize can print
			delete(o.Data["data"].(map[string]any), "nul")
		case "Namespace": // it drops empty annotations, we do not
			delete(o.Data["metadata"].(map[string]any), "annotations")
		}
	}
	files := map[string]string{
		"out/" + manifest.InventoryFile: "", "ov/orders.yaml": orders,
		"ov/kustomization.yaml": "resources: [../out]\nnamePrefix: p-\nimages: [{name: i, newTag: v2}]\n" +
			"labels: [{pairs: {x: z}, includeTemplates: true}]\npatches:" + patches,
	}
	var resources []string
	for _, o := range set {
		if o.Key().Kind == "FlinkDeployment" || o.Key().Kind == "FlinkBlueGreenDeployment" {
			markPods(o.Data) // as our charts do: the command line knows no schema of ours
		}
		name := strings.ToLower(o.Key().Kind) + ".yaml"
		text, err := yaml.Marshal(o.Data)
		if err != nil {
			t.Fatal(err)
		}
		files["out/"+name] = string(text)
		resources = append(resources, name)
	}
	files["out/kustomization.yaml"] = "resources: [" + strings.Join(resources, ", ") + "]\n" +
		"configurations: [" + manifest.KustomizeConfigurationFile + "]\n"
	files["out/"+manifest.KustomizeConfigurationFile] = string(schemas.KustomizeConfiguration)
	dir := filepath.Join(tree(t, files), "ov")
	out, complaint, err := testkit.Run(t.Context(), testkit.Command{Name: kustomize, Args: []string{"build", dir}})
	if err != nil {
		t.Fatalf("kustomize build: %v\n%s", err, complaint)
	}
	got := apply(t, set, dir)
	compare(t, out, got)
}

// compare holds what the real kustomize built against what was built in process.
func compare(t *testing.T, out string, got map[string]manifest.Object) {
	t.Helper()
	docs := strings.Split(out, "\n---\n")
	if len(docs) != len(got) {
		t.Fatalf("%d objects, kustomize has %d", len(got), len(docs))
	}
	for _, doc := range docs {
		var want manifest.Object
		raw, err := yaml.YAMLToJSONStrict([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &want.Data); err != nil {
			t.Fatal(err)
		}
		if have := got[want.Key().String()]; !reflect.DeepEqual(have.Data, want.Data) {
			t.Errorf("%s: %v\nkustomize: %v", want.Key(), have.Data, want.Data)
		}
	}
}

// markPods adds apiVersion and kind to every podTemplate.
func markPods(v any) {
	m, _ := v.(map[string]any)
	for key, item := range m {
		if pod, ok := item.(map[string]any); ok && key == "podTemplate" {
			pod["apiVersion"], pod["kind"] = "v1", "Pod"
		}
		markPods(item)
	}
}
