package overlay_test

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/overlay"
)

// traced applies an overlay in ov/ and gives the findings and, for each field asked for, where its value comes from: the
// field is "Kind ns/name" and its steps, the answer "path at place".
func traced(t *testing.T, files map[string]string, fields ...string) (findings []string, places map[string]string) {
	t.Helper()
	dir := tree(t, files)
	set, list, err := overlay.Apply(t.Context(), base(t), filepath.Join(dir, "ov"), overlay.Options{})
	if err != nil || set == nil {
		t.Fatalf("findings %v, error %v", list, err)
	}
	for _, f := range list {
		findings = append(findings, strings.ReplaceAll(f.String(), dir+"/", ""))
	}
	byName := map[string]manifest.Object{}
	for _, o := range set {
		byName[o.Key().String()] = o
	}
	places = map[string]string{}
	for _, field := range fields {
		steps := strings.Fields(field)
		o, ok := byName[steps[0]+" "+steps[1]]
		if !ok {
			t.Fatalf("there is no %s in %v", field, keys(set))
		}
		path, pos := o.Origin.Field(steps[2:]...)
		if pos.Overlay != "" {
			path = "by overlay " + path
		}
		places[field] = strings.ReplaceAll(path+" at "+pos.String(), dir+"/", "")
	}
	return findings, places
}

// TestPlaces asks where fields come from, for every sort of entry.
func TestPlaces(t *testing.T) {
	const orders, added = "FlinkDeployment team/p-orders ", "Pod team/p-extra "
	files := map[string]string{
		"ov/kustomization.yaml": `resources:
- ../base
- extra.yaml
components: [../comp]
namePrefix: p-
commonAnnotations:
  note: x
labels:
- pairs:
    tier: gold
    env: prod
  includeTemplates: true
images:
- name: side
  newTag: v2
replicas:
- name: orders
  count: 5
configMapGenerator:
- name: made
  literals: [a=b]
- name: conf
  namespace: team
  behavior: merge
  literals: [big=2]
patches:
- path: orders.yaml
- target: {kind: FlinkDeployment, name: ord.*}
  patch: |-

    - op: replace
      path: /spec/flinkConfiguration/a
      value: "2"
    - op: add
      path: /spec/podTemplate/spec/containers/-
      value:
        name: late
        image: z
    - {op: remove, path: /spec/ratio}
    - op: add
      path: /metadata/labels
      value: {a~b/c: d}
- patch: "{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {namespace: team, name: orders},spec: {big: 7}}"
- target: {kind: FlinkBlueGreenDeployment}
  patch: |-
    apiVersion: flink.apache.org/v1beta1
    kind: FlinkBlueGreenDeployment
    metadata: {name: any}
    spec: {template: {spec: {taskManager: {podTemplate: {spec: {containers: [{name: sidecar, image: y}]}}}}}}
replacements:
- source: {kind: ConfigMap, name: conf, fieldPath: data.on}
  targets:
  - select: {kind: FlinkDeployment}
    fieldPaths:
    - spec.podTemplate.spec.containers.[name=flink-main-container].env.[name=A].value
- path: replacements.yaml
`,
		"ov/orders.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: conf, namespace: team}
data:
  text: changed
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata:
  name: orders
  namespace: team
spec:
  empty: null
  flinkConfiguration:
    b.c: "3"
  podTemplate:
    spec:
      containers:
      - name: flink-main-container
        env:
        - name: B
          value: "4"
      - name: third
        image: i
`,
		"ov/extra.yaml": `apiVersion: v1
kind: Pod
metadata:
  name: extra
  namespace: team
spec:
  containers:
  - name: c
    image: c:1
`,
		"ov/replacements.yaml": `source: {kind: ConfigMap, name: conf, fieldPath: data.on}
targets:
- select: {kind: Deployment}
  fieldPaths: [spec.template.spec.containers.1.image]
`,
		"comp/kustomization.yaml": `kind: Component
patchesStrategicMerge:
- |-
  apiVersion: flink.apache.org/v1beta1
  kind: FlinkDeployment
  metadata: {name: orders, namespace: team}
  spec:
    serviceAccount: other
    flinkConfiguration: {a: "9", fromComponent: "1"}
`,
	}
	const k = "ov/kustomization.yaml:"
	want := map[string]string{
		// As it was, and what the overlay only added to.
		orders + "kind":                    "values.orders at flink.yaml:5:3",
		orders + "spec":                    "by overlay spec at " + k + "43:115",
		orders + "spec flinkConfiguration": "by overlay spec.flinkConfiguration at " + k + "32:13",
		"ServiceAccount team/p-flink kind": "values.flink at flink.yaml:3:3",
		"FlinkBlueGreenDeployment team/p-bg spec template spec taskManager podTemplate spec containers flink-main-container": "" +
			"values.bg at flink.yaml:6:3",
		orders + "spec job": "values.orders at flink.yaml:5:3",
		// Merge patches: files of several documents, within literal blocks and lines, components.
		"ConfigMap team/p-conf data text":      "by overlay data.text at ov/orders.yaml:5:9",
		orders + "spec empty":                  "by overlay spec.empty at ov/orders.yaml:13:10",
		orders + "spec flinkConfiguration b.c": `by overlay spec.flinkConfiguration["b.c"] at ov/orders.yaml:15:10`,
		orders + "spec podTemplate spec containers 0 env B value": "" +
			"by overlay spec.podTemplate.spec.containers[0].env.B.value at ov/orders.yaml:22:18",
		orders + "spec podTemplate spec containers third image": "" +
			"by overlay spec.podTemplate.spec.containers.third.image at ov/orders.yaml:24:16",
		orders + "spec podTemplate spec containers third resources": "" +
			"by overlay spec.podTemplate.spec.containers.third.resources at ov/orders.yaml:23:9",
		orders + "spec big":            "by overlay spec.big at " + k + "43:127",
		orders + "spec serviceAccount": "by overlay spec.serviceAccount at comp/kustomization.yaml:8:21",
		orders + "spec flinkConfiguration fromComponent": "" +
			"by overlay spec.flinkConfiguration.fromComponent at comp/kustomization.yaml:9:49",
		"FlinkBlueGreenDeployment team/p-bg spec template spec taskManager podTemplate spec containers sidecar image": "" +
			"by overlay spec.template.spec.taskManager.podTemplate.spec.containers.sidecar.image at " + k + "49:101",
		// JSON patches.
		orders + "spec flinkConfiguration a": "by overlay spec.flinkConfiguration.a at " + k + "33:14",
		orders + "spec podTemplate spec containers late image": "" +
			"by overlay spec.podTemplate.spec.containers.late.image at " + k + "38:16",
		orders + "spec ratio":            "by overlay spec.ratio at " + k + "39:26",
		orders + "metadata labels a~b/c": "by overlay metadata.labels.a~b/c at " + k + "42:22",
		// Entries.
		orders + "metadata name":                         "by overlay metadata.name at " + k + "5:13",
		orders + "metadata annotations note":             "by overlay metadata.annotations.note at " + k + "7:9",
		orders + "metadata labels env":                   "by overlay metadata.labels.env at " + k + "11:10",
		orders + "spec podTemplate metadata labels tier": "by overlay spec.podTemplate.metadata.labels.tier at " + k + "10:11",
		orders + "spec podTemplate spec containers sidecar image": "" +
			"by overlay spec.podTemplate.spec.containers.sidecar.image at " + k + "14:3",
		orders + "spec taskManager replicas": "by overlay spec.taskManager.replicas at " + k + "18:10",
		orders + "spec podTemplate spec containers flink-main-container env A value": "" +
			"by overlay spec.podTemplate.spec.containers.flink-main-container.env.A.value at " + k + "55:7",
		"Deployment ops/p-operator spec template spec containers 1 image": "" +
			"by overlay spec.template.spec.containers[1].image at ov/replacements.yaml:4:16",
		"ConfigMap team/p-conf data big": "by overlay data.big at " + k + "22:9",
		// Objects that it brings.
		added + "spec containers 0 image": "by overlay spec.containers[0].image at ov/extra.yaml:9:12",
		added + "spec nothing":            "by overlay spec.nothing at ov/extra.yaml:6:1",
		added:                             "by overlay  at ov/extra.yaml:1:1",
	}
	findings, got := traced(t, files, keysOf(want)...)
	if len(findings) > 0 {
		t.Errorf("findings %q", findings)
	}
	for field, w := range want {
		if got[field] != w {
			t.Errorf("%s\n got %s\nwant %s", field, got[field], w)
		}
	}
}

func keysOf(m map[string]string) []string {
	var out []string
	for key := range maps.Keys(m) {
		out = append(out, key)
	}
	return out
}

// TestNothing: entries that match nothing are said, and those that match are not.
func TestNothing(t *testing.T) {
	files := map[string]string{
		"ov/kustomization.yaml": `resources: [../base, ../other]
nameSuffix: -s
patches:
- path: p.yaml
  target: {kind: FlinkDeployment, name: order}
- path: p.yaml
  target: {kind: FlinkDeployment, name: order.*, namespace: team}
- path: p.yaml
  target: {kind: FlinkDeploymen.*, labelSelector: "tier=gold"}
- target:
    kind: Deployment
    name: orders
  patch: |-
    - {op: remove, path: /spec}
images:
- name: sidecar
  newTag: v2
- {name: side, newTag: v2}
- {name: only, newTag: v2}
labels:
- pairs: {x: z}
  fields:
  - {path: spec/labels, kind: Job, create: true}
  - {path: spec/more, kind: CronJob, create: true}
- pairs: {x: z}
  fields: [{path: spec/labels, kind: Deployment, create: true}]
replacements:
- source: {kind: ConfigMap, name: conf, fieldPath: data.on}
  targets:
  - select: {kind: Deployment, name: oper}
    fieldPaths: [spec.x]
    options: {create: true}
  - select: {kind: Deployment, name: operator}
    fieldPaths: [spec.x]
    options: {create: true}
`,
		"ov/p.yaml": "- {op: add, path: /spec/a, value: b}\n",
		// One that stands over nothing of ours says nothing.
		"other/kustomization.yaml": "resources: [pod.yaml]\npatches:\n- target: {kind: Pod, name: gone}\n" +
			"  patch: '[{\"op\": \"remove\", \"path\": \"/spec\"}]'\n",
		"other/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: extra}\nspec: {containers: [{name: c, image: only}]}\n",
	}
	const k, nothing = "ov/kustomization.yaml:", ": warning FLK903: "
	findings, _ := traced(t, files)
	check(t, findings,
		k+"5:3"+nothing+"the target of a patch matches no object",
		k+"9:3"+nothing+"the target of a patch matches no object",
		k+"10:3"+nothing+"the target of a patch matches no object",
		k+"16:9"+nothing+"no object has the image sidecar",
		k+"23:5"+nothing+"the fields of labels are of no object",
		k+"30:5"+nothing+"the target of a replacement matches no object")

	// Of a part of the platform nothing of this is said.
	dir := tree(t, files)
	_, list, err := overlay.Apply(t.Context(), base(t), filepath.Join(dir, "ov"), overlay.Options{Partial: true})
	if err != nil || len(list) > 0 {
		t.Errorf("findings %v, error %v", list, err)
	}
}

// TestNamesBetween: a target may name an object as it is called by then, in an overlay over an overlay.
func TestNamesBetween(t *testing.T) {
	for _, name := range []string{"orders", "p-orders", "p-orders-s"} {
		findings, _ := traced(t, map[string]string{
			"ov/kustomization.yaml": "resources: [../base]\ncomponents: [../mid]\nnamePrefix: q-\npatches:\n" +
				"- target: {name: " + name + "}\n  patch: '[{\"op\": \"add\", \"path\": \"/spec/a\", \"value\": \"b\"}]'\n",
			"mid/kustomization.yaml": "kind: Component\nnamePrefix: p-\nnameSuffix: -s\n",
		})
		if len(findings) > 0 {
			t.Errorf("%s: %q", name, findings)
		}
	}
}

// TestDropped: lists that are replaced and not merged, and those that are meant to lose something.
func TestDropped(t *testing.T) {
	files := map[string]string{
		"ov/kustomization.yaml": `resources: [../base]
patches:
- target: {kind: FlinkDeployment}
  path: p.yaml
- patch: |-
    apiVersion: flink.apache.org/v1beta1
    kind: FlinkDeployment
    metadata: {name: orders, namespace: team}
    spec:
      podTemplate:
        spec:
          containers:
          - {name: sidecar, $patch: delete}
- target: {kind: Deployment}
  patch: |-
    - {op: replace, path: /spec/template/spec/containers, value: [{name: z, image: z}]}
- target: {kind: NodePool}
  path: pool.yaml
`,
		"ov/p.yaml": `apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: any}
spec:
  podTemplate:
    spec:
      containers: [{name: flink-main-container, args: [x]}]
      volumes: [{name: a, emptyDir: {}}]
`,
		"ov/pool.yaml": `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: any}
spec:
  template:
    spec:
      zones: [c]
      requirements:
      - {key: arch, operator: In, values: [arm64]}
`,
	}
	set := base(t)
	set = append(set, manifest.Object{Data: map[string]any{
		"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": map[string]any{"name": "pool"},
		"spec": map[string]any{"template": map[string]any{"spec": map[string]any{
			"zones": []any{"a", "b"},
			"requirements": []any{
				map[string]any{"key": "arch", "operator": "In", "values": []any{"amd64", "arm64"}},
				map[string]any{"key": "capacity", "operator": "In", "values": []any{"spot"}},
				map[string]any{"key": "family", "operator": "Exists"},
			},
		}}},
	}})
	said := func() []string {
		t.Helper()
		dir := tree(t, files)
		_, list, err := overlay.Apply(t.Context(), set, filepath.Join(dir, "ov"), overlay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, f := range list {
			out = append(out, strings.ReplaceAll(f.String()+" ("+f.Object+")", dir+"/", ""))
		}
		return out
	}
	pool := "ov/pool.yaml:8:7: warning FLK904 spec.template.spec.requirements: " +
		"the patch replaces requirements: gone are capacity, family (NodePool pool)"
	check(t, said(), pool)

	// With a schema of its own that knows nothing, containers are replaced too, and $patch is no directive.
	files["ov/kustomization.yaml"] += "openapi: {path: s.json}\n"
	files["ov/s.json"] = `{"definitions": {}}`
	const gone = ": warning FLK904 spec.podTemplate.spec.containers: the patch replaces containers: " +
		"gone are flink-main-container, sidecar.image (FlinkDeployment team/orders)"
	check(t, said(), "ov/kustomization.yaml:12:11"+gone, "ov/p.yaml:7:7"+gone, pool)
}
