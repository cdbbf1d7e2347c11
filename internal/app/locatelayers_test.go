package app_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/values"
)

const locateBase = `
cluster: { name: streaming, region: us-west-2, accountId: "111122223333" }
storage: { bucket: state }
jobDefaults:
  flinkConfiguration:
    state: { backend.type: rocksdb }
    a: { b: 1, c: 1 }
    gone: 1
  env:
    SHARED: { value: below }
  podTemplate:
    spec:
      containers:
        - name: shipper
          image: shipper:1
      tolerations:
        - { key: shared, operator: Exists }
teams:
  payments: { role: { name: flink-payments } }
jobs:
  orders:
    team: payments
    jarURI: local:///job.jar
    args: [--topic, orders, --topic, refunds]
    checkpoints: { mode: at-least-once }
    nodePool: null
    env:
      SHARED: { secret: s, key: k }
    flinkConfiguration:
      a: { b: 2 }
      gone: null
      list: [x, y]
    podTemplate:
      spec:
        volumes:
          - { name: tmp, emptyDir: {} }
        containers:
          - name: flink-main-container
            resources: { limits: { cpu: "2" } }
          - name: shipper
            env:
              - { name: TOKEN, value: x }
    taskManager:
      tolerations:
        - { key: own, operator: Exists }
    spec:
      job: { upgradeMode: last-state }
      flinkConfiguration: { last.word: "1", execution: { checkpointing: { interval: 7s } } }
      podTemplate: { spec: { containers: [{ name: shipper, image: "shipper:2" }] } }
      mode: standalone
`

// TestFieldsOfLayers holds fields against values whose layers meet, and against flags.
func TestFieldsOfLayers(t *testing.T) {
	t.Parallel()
	set := build(t, app.Request{
		Files: []string{"base.yaml"},
		Sets: []values.Set{{Flag: "--set", Value: "jobs.orders.parallelism=3"},
			{Flag: "--set-string", Value: `jobs.orders.flinkConfiguration.flag\.key=1`}},
	}, map[string]string{"base.yaml": locateBase})
	orders := find(t, set, "FlinkDeployment orders")
	index := func(name string, list ...string) string { return indexOf(t, orders.Data, name, list...) }
	shipper := index("shipper", "spec", "podTemplate", "spec", "containers")
	main := index("flink-main-container", "spec", "podTemplate", "spec", "containers")
	tests := []struct{ name, field, path, line string }{
		{"the last word wins", "spec job upgradeMode", "jobs.orders.spec.job.upgradeMode", "last-state"},
		{"the last word on a key", "spec flinkConfiguration last.word", `jobs.orders.spec.flinkConfiguration["last.word"]`, "last.word"},
		{"the last word, nested", "spec flinkConfiguration execution.checkpointing.interval",
			"jobs.orders.spec.flinkConfiguration.execution.checkpointing.interval", "7s"},
		{"the last word by the steps of the object", "spec flinkConfiguration execution checkpointing interval",
			"jobs.orders.spec.flinkConfiguration.execution.checkpointing.interval", "7s"},
		{"the last word on a container", "spec podTemplate spec containers " + shipper + " image",
			"jobs.orders.spec.podTemplate.spec.containers[0].image", "shipper:2"},
		{"the last word on a default", "spec mode", "jobs.orders.spec.mode", "standalone"},
		{"a nested key over another", "spec flinkConfiguration a.b", "jobs.orders.flinkConfiguration.a.b", "b: 2"},
		{"a key half nested below", "spec flinkConfiguration state.backend.type",
			`jobDefaults.flinkConfiguration.state["backend.type"]`, "rocksdb"},
		{"the other spelling of a key", "spec flinkConfiguration state.backend",
			`jobDefaults.flinkConfiguration.state["backend.type"]`, "rocksdb"},
		{"a deleted key", "spec flinkConfiguration gone", "jobs.orders.flinkConfiguration.gone", "gone: null"},
		{"a list", "spec flinkConfiguration list", "jobs.orders.flinkConfiguration.list", "[x, y]"},
		{"a key that nobody gave", "spec flinkConfiguration nobody", "jobs.orders.flinkConfiguration", "flinkConfiguration:"},
		{"a default beside what is written", "spec flinkConfiguration execution.checkpointing.timeout",
			"jobs.orders.checkpoints", "at-least-once"},
		{"a variable replaces the one below as a whole", "spec podTemplate spec containers " + main + " env " +
			index("SHARED", "spec", "podTemplate", "spec", "containers", main, "env") + " valueFrom secretKeyRef name",
			"jobs.orders.env.SHARED", "secret: s"},
		{"a container's part of the job", "spec podTemplate spec containers " + shipper + " env 0 value",
			"jobs.orders.podTemplate.spec.containers[1].env[0].value", "TOKEN"},
		{"a container's missing part", "spec podTemplate spec containers " + shipper + " resources",
			"jobs.orders.spec.podTemplate.spec.containers[0]", "shipper:2"},
		{"the main container by its name", "spec podTemplate spec containers flink-main-container resources limits cpu",
			"jobs.orders.podTemplate.spec.containers[0].resources.limits.cpu", `cpu: "2"`},
		{"a toleration of the common template", "spec taskManager podTemplate spec tolerations 0 key",
			"jobDefaults.podTemplate.spec.tolerations[0].key", "key: shared"},
		{"a toleration of its own", "spec taskManager podTemplate spec tolerations 1 key",
			"jobs.orders.taskManager.tolerations[0].key", "key: own"},
		{"the same argument twice", "spec job args 2", "jobs.orders.args[2]", "args:"},
		{"a null in the job", "spec jobManager podTemplate spec nodeSelector", "jobs.orders.nodePool", "nodePool: null"},
		{"a flag", "spec job parallelism", "jobs.orders.parallelism", "--set"},
		{"a flag in the configuration", "spec flinkConfiguration flag.key", `jobs.orders.flinkConfiguration["flag.key"]`, "--set-string"},
		{"the object as a whole", "", "jobs.orders", "orders:"},
		{"a field that no table knows", "status", "jobs.orders", "orders:"},
	}
	lines := strings.Split(locateBase, "\n")
	for _, tt := range tests {
		path, pos := orders.Origin.Field(strings.Fields(tt.field)...)
		where := pos.Flag
		if pos.Line > 0 {
			where = lines[pos.Line-1]
		}
		if path != tt.path || !strings.Contains(where, tt.line) {
			t.Errorf("%s: got %s at %s %q, want %s at %q", tt.name, path, pos, where, tt.path, tt.line)
		}
	}
}

// TestFieldsBehindAnOverlay holds fields of an object that Kustomize has added to: a patch puts its containers first.
func TestFieldsBehindAnOverlay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\n" +
			"namePrefix: staging-\npatches: [{ path: patch.yaml }]\n",
		"patch.yaml": "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata: { name: orders, namespace: payments }\n" +
			"spec: { podTemplate: { spec: { containers: [{ name: first, image: first }] } } }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set := build(t, app.Request{Files: []string{"base.yaml"}, Overlays: []string{dir}, SkipVerify: true}, map[string]string{"base.yaml": locateBase})
	orders := find(t, set, "FlinkDeployment staging-orders")
	for name, want := range map[string]struct{ file, path string }{
		"first":                {filepath.Join(dir, "patch.yaml"), "spec.podTemplate.spec.containers[0].image"},
		"shipper":              {"base.yaml", "jobs.orders.spec.podTemplate.spec.containers[0].image"},
		"flink-main-container": {"base.yaml", "jobs.orders.podTemplate.spec.containers[0]"},
	} {
		index := indexOf(t, orders.Data, name, "spec", "podTemplate", "spec", "containers")
		path, pos := orders.Origin.Field("spec", "podTemplate", "spec", "containers", index, "image")
		if !strings.HasPrefix(path, want.path) || pos.File != want.file || pos.Line < 1 {
			t.Errorf("container %s at %s: got %s at %s, want %s", name, index, path, pos, want)
		}
	}
	if index := indexOf(t, orders.Data, "first", "spec", "podTemplate", "spec", "containers"); index != "0" {
		t.Errorf("the patch's container is at %s: the test shows nothing", index)
	}
}

// indexOf is the index of the item of that name in a list of an object.
func indexOf(t *testing.T, v any, name string, list ...string) string {
	t.Helper()
	for _, key := range list {
		if items, ok := v.([]any); ok {
			i, err := strconv.Atoi(key)
			if err != nil {
				t.Fatal(err)
			}
			v = items[i]
			continue
		}
		m, _ := v.(map[string]any)
		v = m[key]
	}
	items, _ := v.([]any)
	for i, item := range items {
		if m, _ := item.(map[string]any); m["name"] == name {
			return strconv.Itoa(i)
		}
	}
	t.Fatalf("no %s in %q", name, list)
	return ""
}
