package stream_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
)

const located = `# a job
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata:
  name: orders
spec:
  flinkConfiguration:
    state.backend: rocksdb
    kubernetes:
      operator:
        savepoint.history.max.age: 1h
    web: {port: 8081}
    jobs.list: [a]
  podTemplate:
    spec:
      containers:
        - name: flink-main-container
          image: x
        -
          name: "2"
          env: [{name: A, value: é}, {name: B}]
  job: &job
    args:
      - --topic
      - orders
    entryClass:
    "allowNonRestoredState": true
  taskManager: {replicas: 2,
    resource: {memory: "4096m"}}
  again: *job
  merged:
    args: none
    <<: *job
    <<: [{x: 1}, {x: 2, w: 3}]
  script: |
    text
`

func TestLocate(t *testing.T) {
	t.Parallel()
	set, findings := read(t, "---\n---\n"+located)
	if len(set) != 1 || findings.Has(2) {
		t.Fatal(lines(findings))
	}
	if got := set[0].Origin; got.Path != "" || got.Pos.String() != "f.yaml:5:1" {
		t.Errorf("got %q at %s", got.Path, got.Pos)
	}
	const conf = "spec/flinkConfiguration/"
	for _, c := range [][3]string{
		{"", "", "4:1"},
		{"kind", "kind", "5:7"},
		{"metadata", "metadata", "6:1"},
		{"metadata/name", "metadata.name", "7:9"},
		{"metadata/namespace", "metadata.namespace", "6:1"},
		{"status/state", "status.state", "4:1"},
		{conf + "state.backend", `spec.flinkConfiguration["state.backend"]`, "10:20"},
		{conf + "state.checkpoints.dir", `spec.flinkConfiguration["state.checkpoints.dir"]`, "9:3"},
		{conf + "kubernetes.operator.savepoint.history.max.age", `spec.flinkConfiguration["kubernetes.operator.savepoint.history.max.age"]`, "13:36"},
		{conf + "kubernetes.operator.savepoint", `spec.flinkConfiguration["kubernetes.operator.savepoint"]`, "12:7"},
		{conf + "kubernetes.operator", `spec.flinkConfiguration["kubernetes.operator"]`, "12:7"},
		{conf + "web.port", `spec.flinkConfiguration["web.port"]`, "14:17"},
		{conf + "web.port.x", `spec.flinkConfiguration["web.port.x"]`, "14:17"},
		{conf + "jobs.list/0", `spec.flinkConfiguration["jobs.list"][0]`, "15:17"},
		{conf + "jobs.list/1", `spec.flinkConfiguration["jobs.list"][1]`, "15:5"},
		{"spec/podTemplate/spec/containers/flink-main-container", "spec.podTemplate.spec.containers[0]", "19:11"},
		{"spec/podTemplate/spec/containers/flink-main-container/image", "spec.podTemplate.spec.containers[0].image", "20:18"},
		{"spec/podTemplate/spec/containers/sidecar/image", "spec.podTemplate.spec.containers.sidecar.image", "18:7"},
		{"spec/podTemplate/spec/containers/1/env/A/value", "spec.podTemplate.spec.containers[1].env[0].value", "23:34"},
		{"spec/podTemplate/spec/containers/2/env/1/name", "spec.podTemplate.spec.containers[1].env[1].name", "23:45"},
		{"spec/job", "spec.job", "24:3"},
		{"spec/job/args", "spec.job.args", "25:5"},
		{"spec/job/args/1", "spec.job.args[1]", "27:9"},
		{"spec/job/args/7", "spec.job.args[7]", "25:5"},
		{"spec/job/entryClass", "spec.job.entryClass", "28:5"},
		{"spec/job/allowNonRestoredState", "spec.job.allowNonRestoredState", "29:30"},
		{"spec/taskManager/resource", "spec.taskManager.resource", "31:5"},
		{"spec/taskManager/resource/memory", "spec.taskManager.resource.memory", "31:24"},
		{"spec/again", "spec.again", "32:3"},
		{"spec/again/args/0", "spec.again.args[0]", "26:9"},
		{"spec/merged/args", "spec.merged.args", "25:5"},
		{"spec/merged/x", "spec.merged.x", "36:14"},
		{"spec/merged/w", "spec.merged.w", "36:28"},
		{"spec/script", "spec.script", "37:11"},
		{"spec/script/x", "spec.script.x", "37:11"},
	} {
		path, pos := set[0].Origin.Field(strings.FieldsFunc(c[0], func(r rune) bool { return r == '/' })...)
		if got := fmt.Sprintf("%d:%d", pos.Line, pos.Column); path != c[1] || got != c[2] || pos.File != "f.yaml" {
			t.Errorf("%s: got %s at %s, want %s at %s", c[0], path, got, c[1], c[2])
		}
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	set, findings := read(t, `apiVersion: v1
kind: ConfigMapList
items:
  - metadata: {name: a}
    data: {x: y}
  - apiVersion: v1
    kind: List
    items:
      - kind: Pod
        apiVersion: v1
        metadata:
          generateName: b-
      - 7
---
{apiVersion: v1, kind: List, items: []}
`)
	var got []string
	for _, o := range set {
		path, pos := o.Origin.Field("metadata", "name")
		got = append(got, fmt.Sprint(o.Key(), " ", o.Key().APIVersion, " ", o.Origin.Pos, " ", path, " ", pos))
	}
	want := []string{
		"ConfigMap a v1 f.yaml:4:5 metadata.name f.yaml:4:22",
		"Pod  v1 f.yaml:9:9 metadata.name f.yaml:11:9",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
	const finding = "f.yaml:13:9: error FLK028 items[1].items[1]: want an object, got the number 7\n"
	if lines(findings) != finding {
		t.Errorf("got %s", lines(findings))
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	set, findings := read(t, "{\"apiVersion\": \"v1\", \"kind\": \"A\",\n\t\"metadata\": {\"name\": \"a\"}, \"x\": [1.0, 1, 18446744073709551616, null, true, \"\\ud83d\\ude00y\"]}"+
		"{\"apiVersion\":\"v1\",\"kind\":\"B\",\"metadata\":{\"name\":\"b\"},\"<<\":{\"x\":1},\"no\":[1}]\n"+
		"{\"apiVersion\":\"v1\",\"kind\":\"C\",\"metadata\":{\"name\":\"c\"},\"a\":1,\"a\":2,\"big\":1e999}")
	if len(set) != 1 {
		t.Fatalf("%d objects\n%s", len(set), lines(findings))
	}
	x := set[0].Data["x"]
	if want := "[]interface {}{1, 1, 1.8446744073709552e+19, interface {}(nil), true, \"😀y\"}"; fmt.Sprintf("%#v", x) != want {
		t.Errorf("got %#v", x)
	}
	if _, isFloat := x.([]any)[0].(float64); !isFloat {
		t.Error("1.0 is no float")
	}
	for field, want := range map[string]string{"kind": "f.yaml:1:30", "x": "f.yaml:2:29", "x/5": "f.yaml:2:77", "metadata/name": "f.yaml:2:23"} {
		if _, pos := set[0].Origin.Field(strings.Split(field, "/")...); pos.String() != want {
			t.Errorf("%s: got %s, want %s", field, pos, want)
		}
	}
	const want = "f.yaml:2:168: error FLK022: invalid character '}' after array element\n" +
		"f.yaml:3:61: error FLK025 a: the key \"a\" is already in line 3\n" +
		"f.yaml:3:73: error FLK026 big: a number is too large\n"
	if got := lines(findings); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestPathString(t *testing.T) {
	t.Parallel()
	for want, path := range map[string][]string{
		"": nil, `spec.flinkConfiguration["state.backend"]`: {"spec", "flinkConfiguration", "state.backend"},
		"spec.job.args[0]": {"spec", "job", "args", "0"}, `a[""].b`: {"a", "", "b"},
	} {
		if got := diag.PathString(path); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
