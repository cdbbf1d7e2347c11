package overlay_test

import (
	"context"
	stdjson "encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/overlay"
)

// The tests of this package do not run in parallel: Kustomize's schemas are
// global to the process, and Apply says so.

// base is a small platform. Every object's origin has its name as path.
func base(t *testing.T) manifest.Set {
	t.Helper()
	var set manifest.Set
	for _, text := range []string{`
apiVersion: v1
kind: Namespace
metadata: {name: team, annotations: {}}
`, `
apiVersion: v1
kind: ConfigMap
metadata: {name: conf, namespace: team, annotations: {keep: "yes"}}
data: {"on": "0123", big: "1.10", text: "a\n  b\n", nul: "\0", html: "<&>"}
`, `
apiVersion: v1
kind: ServiceAccount
metadata: {name: flink, namespace: team}
`, `
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator, namespace: ops}
spec: {replicas: 1, template: {spec: {containers: [{name: m, image: i}, {name: n, image: i2}]}}}
`, `
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: orders, namespace: team}
spec:
  serviceAccount: flink
  flinkConfiguration: {a: "1"}
  big: 9007199254740993
  ratio: 0.5
  nothing: null
  empty: []
  podTemplate:
    spec:
      containers: [{name: flink-main-container, image: x, env: [{name: A, value: "1"}]}, {name: sidecar, image: side}]
`, `
apiVersion: flink.apache.org/v1beta1
kind: FlinkBlueGreenDeployment
metadata: {name: bg, namespace: team}
spec:
  template:
    spec:
      taskManager:
        podTemplate: {spec: {containers: [{name: flink-main-container, image: x}, {name: sidecar, image: side}]}}
`} {
		var o manifest.Object
		raw, err := yaml.YAMLToJSONStrict([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &o.Data); err != nil {
			t.Fatal(err)
		}
		o.Origin = manifest.Origin{
			Component: manifest.Jobs, Path: "values." + o.Key().Name,
			Pos: diag.Position{File: "flink.yaml", Line: len(set) + 1, Column: 3},
		}
		set = append(set, o)
	}
	return set.Sorted()
}

// tree writes files below a new directory and gives the directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func apply(t *testing.T, set manifest.Set, dir string) map[string]manifest.Object {
	t.Helper()
	before := copied(t, set)
	out, list, err := overlay.Apply(t.Context(), set, dir, overlay.Options{})
	if err != nil || len(list) > 0 {
		t.Fatalf("findings %v, error %v", list, err)
	}
	if !reflect.DeepEqual(copied(t, set), before) {
		t.Error("the set given was changed")
	}
	if !slices.Equal(keys(out), keys(out.Sorted())) {
		t.Error("the result is not in order")
	}
	byName := map[string]manifest.Object{}
	for _, o := range out {
		if text, err := stdjson.Marshal(o.Data); err != nil || strings.Contains(string(text), "helm-flink.dev/origin") {
			t.Errorf("%s: the origin's annotation leaks (error %v): %s", o.Key(), err, text)
		}
		byName[o.Key().String()] = o
	}
	return byName
}

func keys(set manifest.Set) []manifest.Key {
	out := make([]manifest.Key, len(set))
	for i, o := range set {
		out[i] = o.Key()
	}
	return out
}

// data is what objects hold, without their origins.
func data(objects map[string]manifest.Object) map[string]any {
	out := map[string]any{}
	for name, o := range objects {
		out[name] = o.Data
	}
	return out
}

func copied(t *testing.T, set manifest.Set) string {
	t.Helper()
	text, err := stdjson.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// at follows keys, and names in lists of named maps.
func at(v any, path ...string) any {
	for _, p := range path {
		switch c := v.(type) {
		case map[string]any:
			v = c[p]
		case []any:
			i := slices.IndexFunc(c, func(item any) bool {
				m, _ := item.(map[string]any)
				return m["name"] == p
			})
			if i < 0 {
				return nil
			}
			v = c[i]
		default:
			return nil
		}
	}
	return v
}

const patches = `
- {path: orders.yaml}
- patch: |
    apiVersion: flink.apache.org/v1beta1
    kind: FlinkBlueGreenDeployment
    metadata: {name: bg, namespace: team}
    spec: {template: {spec: {taskManager: {podTemplate: {spec: {containers: [{name: sidecar, image: z}]}}}}}}
- target: {kind: Deployment}
  patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: any}
    spec: {template: {spec: {containers: [{name: n, image: z}]}}}
`

const orders = `
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: orders, namespace: team}
spec:
  flinkConfiguration: {b: "yes"}
  podTemplate: {spec: {containers: [{name: flink-main-container, env: [{name: B, value: "2"}]}]}}
`

// TestForms: each way to name the base gives the same result.
func TestForms(t *testing.T) {
	forms := map[string]map[string]string{
		"component":         {"ov/kustomization.yaml": "kind: Component\n"},
		"missing beside":    {"ov/kustomization.yml": "resources: [../base]\n"},
		"missing below":     {"ov/Kustomization": "resources: [a/b/]\n"},
		"deprecated fields": {"ov/kustomization.yaml": "bases: [../x/y]\n"},
		"written before": {
			"ov/kustomization.yaml": "resources: [../out]\n", "out/" + manifest.InventoryFile: "",
			"out/kustomization.yaml": "resources: [stale.yaml]", "out/stale.yaml": "}{",
		},
	}
	for name, files := range forms {
		t.Run(name, func(t *testing.T) {
			for file, text := range files {
				if strings.HasPrefix(file, "ov/") {
					files[file] = text + "patches:" + patches
				}
			}
			files["ov/orders.yaml"] = orders
			dir := filepath.Join(tree(t, files), "ov")
			set := base(t)
			got := apply(t, set, dir)
			if len(got) != len(set) {
				t.Fatalf("%d objects, want %d", len(got), len(set))
			}
			o := got["FlinkDeployment team/orders"]
			containers := at(o.Data, "spec", "podTemplate", "spec", "containers")
			for _, want := range []struct {
				v    any
				path []string
			}{
				{"x", []string{"flink-main-container", "image"}}, {"1", []string{"flink-main-container", "env", "A", "value"}},
				{"2", []string{"flink-main-container", "env", "B", "value"}}, {"side", []string{"sidecar", "image"}},
			} {
				if v := at(containers, want.path...); v != want.v {
					t.Errorf("containers %v: %v, want %v", want.path, v, want.v)
				}
			}
			if v := at(o.Data, "spec", "flinkConfiguration"); !reflect.DeepEqual(v, map[string]any{"a": "1", "b": "yes"}) {
				t.Errorf("flinkConfiguration %v", v)
			}
			if v := at(o.Data, "spec", "big"); v != int64(9007199254740993) {
				t.Errorf("big number %v", v)
			}
			bg := at(got["FlinkBlueGreenDeployment team/bg"].Data,
				"spec", "template", "spec", "taskManager", "podTemplate", "spec", "containers")
			if at(bg, "flink-main-container", "image") != "x" || at(bg, "sidecar", "image") != "z" {
				t.Errorf("blue/green containers %v", bg)
			}
			dep := at(got["Deployment ops/operator"].Data, "spec", "template", "spec", "containers")
			if at(dep, "m", "image") != "i" || at(dep, "n", "image") != "z" {
				t.Errorf("deployment containers %v", dep)
			}
			for _, o := range set { // what no patch names stays as it was, origins included
				now := got[o.Key().String()]
				if !now.Origin.Equal(o.Origin) {
					t.Errorf("%s: origin %+v, want %+v", o.Key(), now.Origin, o.Origin)
				}
				switch o.Key().Kind {
				case "Namespace", "ConfigMap", "ServiceAccount":
					if !reflect.DeepEqual(now.Data, o.Data) {
						t.Errorf("%s: %v, want %v", o.Key(), now.Data, o.Data)
					}
				}
			}
		})
	}
}

func TestOrigins(t *testing.T) {
	set := base(t)
	dir := filepath.Join(tree(t, map[string]string{
		"ov/kustomization.yaml": `
resources: [../base, extra.yaml]
namePrefix: p-
commonAnnotations: {all: have}
configMapGenerator: [{name: made, namespace: team, literals: [a=b], options: {disableNameSuffixHash: true}}]
patches:
- patch: "{apiVersion: v1, kind: Namespace, metadata: {name: team}, $patch: delete}"
- patch: |
    - {op: replace, path: /metadata/annotations, value: {only: this}}
  target: {kind: ServiceAccount}
replacements:
- source: {kind: FlinkDeployment, fieldPath: metadata.annotations}
  targets:
  - select: {kind: Pod}
    fieldPaths: [spec.copied]
    options: {create: true}
`,
		"ov/extra.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: extra\n  namespace: team\n" +
			"  annotations: {internal.helm-flink.dev/origin: '99'}\nspec: {}\n",
	}), "ov")
	got := apply(t, set, dir)
	origins := map[string]string{}
	for name, o := range got {
		origins[name] = o.Origin.Path
	}
	want := map[string]string{
		"ConfigMap team/p-conf": "values.conf", "ServiceAccount team/p-flink": "", "Deployment ops/p-operator": "values.operator",
		"FlinkDeployment team/p-orders": "values.orders", "FlinkBlueGreenDeployment team/p-bg": "values.bg",
		"Pod team/p-extra": "", "ConfigMap team/p-made": "",
	}
	if !reflect.DeepEqual(origins, want) {
		t.Errorf("origins %q\nwant %q", origins, want)
	}
	added := manifest.Origin{Pos: diag.Position{File: filepath.Join(dir, "extra.yaml"), Line: 1, Column: 1, Overlay: dir}}
	if o := got["Pod team/p-extra"]; !o.Origin.Equal(added) {
		t.Errorf("an object of the overlay: origin %+v, want %+v", o.Origin, added)
	}
	annotations := at(got["FlinkDeployment team/p-orders"].Data, "metadata", "annotations")
	if v := annotations; !reflect.DeepEqual(v, map[string]any{"all": "have"}) {
		t.Errorf("annotations %v", v)
	}

	// Where only the annotations were written anew, the name still tells.
	dir = tree(t, map[string]string{"kustomization.yaml": `
kind: Component
patches:
- target: {kind: ServiceAccount}
  patch: |
    - {op: replace, path: /metadata/annotations, value: {only: this}}
`})
	o := apply(t, set, dir)["ServiceAccount team/flink"]
	v := at(o.Data, "metadata", "annotations")
	if o.Origin.Path != "values.flink" || !reflect.DeepEqual(v, map[string]any{"only": "this"}) {
		t.Errorf("origin %+v, annotations %v", o.Origin, v)
	}
}

func TestEmptySet(t *testing.T) {
	for _, kind := range []string{"kind: Component", "resources: [base]"} {
		dir := tree(t, map[string]string{"kustomization.yaml": kind + "\nnamePrefix: x-\n"})
		if got := apply(t, nil, dir); len(got) != 0 {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

// TestSchemaDoesNotLeak: an overlay that brings its own schema changes how its
// own lists merge, and not those of the next.
func TestSchemaDoesNotLeak(t *testing.T) {
	files := map[string]string{"kustomization.yaml": "kind: Component\npatches:" + patches, "orders.yaml": orders}
	plain := tree(t, files)
	files["kustomization.yaml"] = "resources: [base]\nopenapi: {path: s.json}\npatches:" + patches
	files["s.json"] = `{"definitions": {}}`
	custom := tree(t, files)
	set := base(t)
	want := data(apply(t, set, plain))
	_, list, err := overlay.Apply(t.Context(), set, custom, overlay.Options{})
	if err != nil || len(list) != 3 || list[0].Code != diag.CodeOverlayDropped {
		t.Errorf("the overlay's schema is not used: findings %v, error %v", list, err)
	}
	if got := data(apply(t, set, plain)); !reflect.DeepEqual(got, want) {
		t.Error("the schema of one overlay reaches the next")
	}
}

func TestErrors(t *testing.T) {
	dir := tree(t, map[string]string{"file": "x", "empty/x": ""})
	for name, want := range map[string]string{
		"nowhere": "no such file", "file": "not a directory", "empty": "no kustomization.yaml",
	} {
		set, list, err := overlay.Apply(t.Context(), base(t), filepath.Join(dir, name), overlay.Options{})
		if err == nil || !strings.Contains(err.Error(), want) || list != nil || set != nil {
			t.Errorf("%s: findings %v, error %v", name, list, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := overlay.Apply(ctx, nil, dir, overlay.Options{}); err == nil {
		t.Error("no error after the context was cancelled")
	}
}
