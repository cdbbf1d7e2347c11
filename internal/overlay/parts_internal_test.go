package overlay

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// platforms are the objects of golden cases, each with its key as its path.
func platforms(t *testing.T, cases ...string) manifest.Set {
	t.Helper()
	var set manifest.Set
	seen := map[manifest.Key]bool{}
	for _, name := range cases {
		text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "golden", name, "want.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for doc := range strings.SplitSeq(string(text), "\n---\n") {
			var o manifest.Object
			raw, err := yaml.YAMLToJSON([]byte(doc))
			if err == nil {
				err = json.Unmarshal(raw, &o.Data)
			}
			if err != nil {
				t.Fatal(err)
			}
			if key := o.Key(); !seen[key] {
				seen[key] = true
				o.Origin = manifest.Origin{Component: manifest.Jobs, Path: key.String()}
				set = append(set, o)
			}
		}
	}
	return set.Sorted()
}

const (
	component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
	parallel8 = "  patch: '{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: any}, " +
		"spec: {job: {parallelism: 8}}}'\n"
)

// TestParts lays every kind of overlay over a platform, whole and in parts of several sizes: objects, findings, origins and
// the places of fields are the same, and so is what Kustomize refuses.
func TestParts(t *testing.T) {
	set := platforms(t, "example-apache", "example-jobs", "example-session")
	for name, text := range map[string]struct {
		whole         bool // it must not be divided
		refused       bool // Kustomize refuses it
		kustomization string
		files         map[string]string
	}{
		"label and patch": {kustomization: "labels: [{pairs: {a: b}}]\npatches:\n- target: {kind: FlinkDeployment}\n" + parallel8},
		"selectors": {kustomization: "labels: [{pairs: {a: b}, includeSelectors: true, " +
			"includeTemplates: true}]\ncommonAnnotations: {c: d}\n"},
		"common labels": {whole: true, kustomization: "commonLabels: {a: b}\n"},
		"by name": {kustomization: "patches:\n- path: p.yaml\n- target: {kind: Namespace}\n  patch: '[{\"op\": \"add\", " +
			"\"path\": \"/metadata/labels/x\", \"value\": \"y\"}]'\n",
			files: map[string]string{"p.yaml": "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\n" +
				"metadata: {name: state-machine, namespace: clickstream}\nspec: {image: other}\n"}},
		"by name, merged before": {whole: true,
			kustomization: "patchesStrategicMerge:\n- |\n  apiVersion: flink.apache.org/v1beta1\n  kind: FlinkDeployment\n" +
				"  metadata: {name: state-machine, namespace: clickstream}\n  spec: {image: \"other\"}\n"},
		"by an absent name": {refused: true, kustomization: "patches:\n- patch: '{apiVersion: v1, kind: ConfigMap, " +
			"metadata: {name: absent}, data: {a: b}}'\n"},
		"deletes": {kustomization: "patches:\n- target: {kind: NetworkPolicy}\n  patch: '{$patch: delete, " +
			"apiVersion: v1, kind: any, metadata: {name: any}}'\n"},
		"matches nothing": {kustomization: "patches:\n- target: {kind: Flink}\n" + parallel8 + "images: [{name: nothing, " +
			"newTag: \"1\"}]\n"},
		"drops items": {kustomization: "patches:\n- target: {kind: NetworkPolicy}\n" +
			"  patch: '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: any}, spec: {egress: [{}]}}'\n"},
		"images":          {kustomization: "images: [{name: flink, newName: mine, newTag: \"7\"}]\n"},
		"replicas":        {kustomization: "replicas: [{name: flink-kubernetes-operator, count: 3}]\n"},
		"absent replicas": {refused: true, kustomization: "replicas: [{name: absent, count: 3}]\n"},
		"prefix":          {kustomization: "namePrefix: a-\nnameSuffix: -z\n"},
		"prefix and a reference in a patch": {kustomization: "namePrefix: a-\npatches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '[{\"op\": \"replace\", \"path\": \"/spec/serviceAccount\", \"value\": \"flink-kubernetes-operator\"}]'\n"},
		"namespace": {refused: true, kustomization: "namespace: one\n"},
		"namespace of a kind": {kustomization: "components: [c]\nnameSuffix: -b\n",
			files: map[string]string{"c/kustomization.yaml": component + "namePrefix: x-\n"}},
		"names between": {kustomization: "namePrefix: outer-\ncomponents: [c]\npatches:\n" +
			"- patch: '{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: x-state-machine, " +
			"namespace: clickstream}, spec: {image: i}}'\n",
			files: map[string]string{"c/kustomization.yaml": component + "namePrefix: x-\n"}},
		"generated": {kustomization: "configMapGenerator: [{name: made, namespace: clickstream, " +
			"literals: [a=b]}]\npatches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '[{\"op\": \"add\", \"path\": \"/spec/podTemplate/spec/volumes\", \"value\": [{\"name\": \"v\", " +
			"\"configMap\": {\"name\": \"made\"}}]}]'\n"},
		"added": {kustomization: "resources: [more.yaml]\nlabels: [{pairs: {a: b}}]\n", files: map[string]string{
			"more.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, " +
				"namespace: clickstream}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: more}\n"}},
		"added to names": {kustomization: "resources: [more.yaml]\nnamePrefix: a-\n", files: map[string]string{
			"more.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: more, " +
				"namespace: clickstream}\n" +
				"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, " +
				"name: flink, namespace: clickstream}]\n"}},
		"added twice": {refused: true, kustomization: "resources: [more.yaml]\n", files: map[string]string{
			"more.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: clickstream}\n"}},
		"merged into": {kustomization: "configMapGenerator: [{name: flink-operator-config, " +
			"namespace: flink-kubernetes-operator, behavior: merge, literals: [a=b]}]\n"},
		"annotations away": {whole: true, kustomization: "namePrefix: a-\npatches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations\", \"value\": {\"x\": \"y\"}}]'\n"},
		"annotations away, without a prefix": {kustomization: "patches:\n- target: {}\n  patch: '[{\"op\": \"add\", " +
			"\"path\": \"/metadata/annotations\", \"value\": {\"x\": \"y\"}}]'\n"},
		"local": {kustomization: "patches:\n- target: {kind: NetworkPolicy}\n" +
			"  patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations\", " +
			"\"value\": {\"config.kubernetes.io/local-config\": \"true\"}}]'\n"},
		"into settings": {kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: a}, spec: {flinkConfiguration: " +
			"{taskmanager.numberOfTaskSlots: \"7\", web.new: \"1\"}}}'\n"},
		"no settings": {kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: a}, " +
			"spec: {flinkConfiguration: null}}'\n"},
		"other settings": {kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: a}, " +
			"spec: {flinkConfiguration: {$patch: replace, a: b}}}'\n"},
		"a pointer with slashes": {kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '[{\"op\": \"add\", \"path\": \"/spec/podTemplate/spec/nodeSelector\", \"value\": {\"a/b\": \"c\"}}, " +
			"{\"op\": \"replace\", \"path\": \"/spec/podTemplate/spec/nodeSelector/a~1b\", \"value\": \"d\"}]'\n"},
		"copies settings": {kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '[{\"op\": \"copy\", \"from\": \"/spec/flinkConfiguration\", \"path\": \"/spec/old\"}, " +
			"{\"op\": \"replace\", \"path\": \"/spec/flinkConfiguration/execution.checkpointing.interval\", \"value\": \"1h\"}]'\n"},
		"no JSON pointer": {refused: true, kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '[{\"op\": \"remove\", \"path\": \"/spec/absent\"}]'\n"},
		"compares": {refused: true, kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '[{\"op\": \"test\", \"path\": \"/spec\", \"value\": {}}]'\n"},
		"copies": {kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '[{\"op\": \"copy\", \"from\": \"/spec\", \"path\": \"/copy\"}, {\"op\": \"move\", " +
			"\"from\": \"/spec/podTemplate\", \"path\": \"/moved\"}, {\"op\": \"remove\", \"path\": \"/spec/taskManager\"}]'\n"},
		"replaces": {kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: a}, " +
			"spec: {$patch: replace, image: i}}'\n"},
		"merges deep": {kustomization: "patches:\n- target: {kind: FlinkDeployment}\n" +
			"  patch: '{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: a}, spec: {job: null, " +
			"podTemplate: " +
			"{spec: {containers: [{name: flink-main-container, env: [{name: A, value: b}]}]}}}}'\n"},
		"other schema": {whole: true, kustomization: "openapi: {path: s.json}\nlabels: [{pairs: {a: b}}]\n",
			files: map[string]string{"s.json": `{"definitions": {}}`}},
		"replacements": {whole: true, kustomization: "replacements:\n- source: {kind: Namespace, name: clickstream, " +
			"fieldPath: metadata.name}\n" +
			"  targets: [{select: {kind: FlinkDeployment}, fieldPaths: [spec.image]}]\n"},
		"transformers": {whole: true, kustomization: "transformers:\n- '{apiVersion: builtin, kind: PrefixTransformer, " +
			"metadata: {name: p}, prefix: q-," +
			" fieldSpecs: [{path: metadata/name}]}'\n"},
		"new names": {whole: true, kustomization: "patches:\n- target: {kind: FlinkDeployment, name: state-machine}\n" +
			"  patch: '[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"other\"}]'\n"},
		"names allowed": {whole: true, kustomization: "patches:\n- target: {kind: FlinkDeployment, " +
			"name: state-machine}\n  options: {allowNameChange: true}\n" +
			"  patch: '{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: other}}'\n"},
		"says where from": {whole: true, kustomization: "buildMetadata: [originAnnotations]\nlabels: [{pairs: {a: b}}]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{"kustomization.yaml": component + text.kustomization}
			maps.Copy(files, text.files)
			for file, content := range files {
				path := filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, wantList, err := Apply(t.Context(), set, dir, Options{size: len(set)})
			if err != nil {
				t.Fatal(err)
			}
			if (want == nil) != text.refused || want == nil && len(wantList) == 0 {
				t.Fatalf("%d objects, findings %v", len(want), wantList)
			}
			for _, size := range []int{2, 9} {
				got, list, err := Apply(t.Context(), set, dir, Options{size: size, Parallel: atOnce})
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(list, wantList) {
					t.Errorf("parts of %d: findings %v\nwhole %v", size, list, wantList)
				}
				compare(t, size, got, want)
			}
			f, _, err := loadFile(dir, dir)
			if err != nil {
				t.Fatal(err)
			}
			if parts := divide(set, []*file{f}, words([]*file{f}), 9); (len(parts) == 1) != text.whole {
				t.Errorf("%d parts", len(parts))
			}
		})
	}
}

// atOnce runs all at the same time: under -race the schemas of Kustomize are seen to be safe for it.
func atOnce(_ context.Context, n int, do func(i int)) error {
	done := make(chan bool)
	for i := range n {
		go func() { do(i); done <- true }()
	}
	for range n {
		<-done
	}
	return nil
}

func compare(t *testing.T, size int, got, want manifest.Set) {
	t.Helper()
	keys := func(s manifest.Set) []string {
		var out []string
		for _, o := range s {
			out = append(out, o.Key().String())
		}
		return out
	}
	if !slices.Equal(keys(got), keys(want)) {
		t.Errorf("parts of %d: %v\nwhole %v", size, keys(got), keys(want))
		return
	}
	for i := range got {
		if !reflect.DeepEqual(got[i].Data, want[i].Data) {
			t.Errorf("parts of %d: %s: %v\nwhole %v", size, got[i].Key(), got[i].Data, want[i].Data)
		}
		if !got[i].Origin.Equal(want[i].Origin) {
			t.Errorf("parts of %d: %s: origin %v\nwhole %v", size, got[i].Key(), got[i].Origin, want[i].Origin)
		}
		for _, field := range [][]string{{"metadata", "name"}, {"metadata", "labels", "a"}, {"spec", "image"}, {"spec", "job", "parallelism"}} {
			path, pos := got[i].Origin.Field(field...)
			if wantPath, wantPos := want[i].Origin.Field(field...); path != wantPath || pos != wantPos {
				t.Errorf("parts of %d: %s: %v is %s at %v, whole %s at %v", size, got[i].Key(), field, path, pos, wantPath, wantPos)
			}
		}
	}
}
