package difference_test

import (
	"encoding/json"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/release/change"
	"github.com/helm-flink/helm-flink/internal/release/difference"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := yaml.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return m
}

func compare(t *testing.T, opts difference.Options, objects ...difference.Object) difference.Set {
	t.Helper()
	set, err := difference.Compare(objects, opts)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

const liveJob = `
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata:
  name: orders
  namespace: team
  uid: 1-2-3
  generation: 4
  resourceVersion: "77"
  creationTimestamp: "2026-01-01T00:00:00Z"
  annotations: {meta.helm.sh/release-name: orders, meta.helm.sh/release-namespace: team}
  labels: {app.kubernetes.io/managed-by: Helm, team: a}
spec:
  image: flink:1.20
  flinkVersion: v1_20
  serviceAccount: flink
  flinkConfiguration: {execution.checkpointing.dir: s3://b/c, execution.checkpointing.interval: 30 s, taskmanager.numberOfTaskSlots: "2"}
  jobManager: {resource: {cpu: 1, memory: 2048m}}
  taskManager: {resource: {cpu: 1, memory: 2048m}}
  job: {jarURI: local:///a.jar, parallelism: 2, upgradeMode: stateless}
status:
  observedGeneration: 4
  jobStatus: {state: RUNNING}
  reconciliationStatus: {state: DEPLOYED, lastReconciledSpec: '{"spec":{"flinkVersion":"v1_20","job":{"state":"running"}}}'}
`

// sample is a set with an object of each state.
func sample(t *testing.T) difference.Set {
	t.Helper()
	before := decode(t, liveJob)
	after := decode(t, strings.Replace(liveJob, "flink:1.20", "flink:1.20.1", 1))
	after["metadata"].(map[string]any)["generation"] = float64(5)
	after["metadata"].(map[string]any)["labels"].(map[string]any)["app.kubernetes.io/managed-by"] = "other"
	meaning := change.Of(change.Input{Before: before, After: after})
	secretBefore := decode(t, "{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: team}, data: {a: c2VjcmV0LW9uZQ==, b: c2VjcmV0LXR3bw==, gone: eA==}}")
	secretAfter := decode(t, "{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: team}, data: {a: c2VjcmV0LW9uZQ==, b: b3RoZXI=, new: eA==}}")
	claim := decode(t, "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: team}, spec: {storageClassName: gp3}}")
	lost := change.Of(change.Input{Before: claim})
	role := decode(t, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: flink, namespace: team}}")
	created := change.Of(change.Input{After: role})
	same := decode(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: same, namespace: team, resourceVersion: '1'}, data: {a: b}}")
	sameAfter := decode(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: same, namespace: team, resourceVersion: '2'}, data: {a: b}}")
	return compare(t, difference.Options{},
		difference.Object{Before: secretBefore, After: secretAfter},
		difference.Object{Before: same, After: sameAfter},
		difference.Object{After: role, Meaning: &created},
		difference.Object{Before: claim, Meaning: &lost},
		difference.Object{Before: before, After: after, Meaning: &meaning},
	)
}

func TestGoldenText(t *testing.T) {
	t.Parallel()
	set := sample(t)
	testkit.Golden(t, "testdata/plain.txt", []byte(set.Text(false)))
	testkit.Golden(t, "testdata/colour.txt", []byte(set.Text(true)))
	data, err := set.JSON()
	if err != nil {
		t.Fatal(err)
	}
	testkit.Golden(t, "testdata/set.json", data)
	if !set.Any() || !set.Loss() {
		t.Errorf("any %v, loss %v", set.Any(), set.Loss())
	}
}

func TestNothing(t *testing.T) {
	t.Parallel()
	before := decode(t, liveJob)
	after := decode(t, strings.Replace(liveJob, "generation: 4", "generation: 5", 1))
	delete(after, "status")
	set := compare(t, difference.Options{}, difference.Object{Before: before, After: after}, difference.Object{})
	data, err := set.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if set.Any() || set.Loss() || set.Text(true) != "" || !strings.Contains(string(data), `"entries": []`) {
		t.Errorf("%s%s", set.Text(false), data)
	}
}

// TestSecretsNowhere puts a canary in every place that it could leak from.
func TestSecretsNowhere(t *testing.T) {
	t.Parallel()
	const canary = "canary-9f2\"x"
	const old = "former-7d1"
	quoted, _ := json.Marshal(canary)
	objects := []difference.Object{
		{
			Before: decode(t, "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {k: "+old+", short: abc}}"),
			After: map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s", "annotations": map[string]any{
				"kubectl.kubernetes.io/last-applied-configuration": `{"data":{"k":` + string(quoted) + `}}`,
				"copy":  `{"stringData":{"short":"abd"}}`,
				"plain": "is " + canary,
			}}, "stringData": map[string]any{"k": canary, "short": "abd"}},
		},
		{
			Before: decode(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: 'url "+old+"', list: [x]}}"),
			After: map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "c"},
				"data": map[string]any{"a": "url " + canary, "json": `{"a":` + string(quoted) + `}`, "b64": "Y2FuYXJ5LTlmMiJ4",
					"wrapped": "aW5zaWRlIGNhbmFyeS05ZjIieCBoZXJl", "key " + canary: 1, "list": []any{"y", canary, map[string]any{"a": canary}}}},
			Meaning: &change.Meaning{Reasons: []change.Reason{{Loss: true, Path: "a." + canary, Why: "was " + old, Hint: canary}},
				Lines: []change.Line{{Path: "data." + canary}}},
		},
		{After: decode(t, "{apiVersion: v1, kind: Secret, metadata: {name: odd}, data: [former-7d1, zz], stringData: text}")},
		{Before: decode(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: given}, data: {pin: 9131, more: {a: given-value}}}")},
		{Before: decode(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: shape}, data: {a: former-7d1}}"),
			After: decode(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: shape}, data: {a: {b: former-7d1}}}")},
	}
	set := compare(t, difference.Options{Secrets: []string{"9131", "given-value"}}, objects...)
	data, err := set.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{set.Text(false), set.Text(true), string(data)} {
		for _, bad := range []string{"canary-9f2", "former-7d1", "abd", "abc", "Y2FuYXJ5", "zz", "9131", "given-value", "stringData: text",
			"aW5zaWRl"} {
			if strings.Contains(out, bad) {
				t.Errorf("%q is shown:\n%s", bad, out)
			}
		}
		if !strings.Contains(out, "masked, changed") {
			t.Errorf("a change is not seen:\n%s", out)
		}
	}
	if len(set.Entries) != 5 {
		t.Errorf("%d entries", len(set.Entries))
	}
}

// TestMaskedSameIsNoDifference: a Secret that does not change is not in the result.
func TestMaskedSameIsNoDifference(t *testing.T) {
	t.Parallel()
	secret := "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {k: c2VjcmV0}}"
	if set := compare(t, difference.Options{}, difference.Object{Before: decode(t, secret), After: decode(t, secret)}); set.Any() {
		t.Error(set.Text(false))
	}
}

const shared = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: op
  namespace: flink
  labels: {ours: a, theirs: b}
  annotations: {sidecar: "1"}
  managedFields:
  - manager: helm
    fieldsV1:
      f:metadata: {f:labels: {f:ours: {}}}
      f:spec:
        f:replicas: {}
        f:template: {f:spec: {f:containers: {'k:{"name":"op"}': {.: {}, f:name: {}, f:image: {}}}}}
  - manager: injector
    fieldsV1:
      f:metadata: {f:labels: {f:ours: {}, f:theirs: {}}, f:annotations: {.: {}, f:sidecar: {}}}
      f:spec:
        f:replicas: {}
        f:minReadySeconds: {}
        f:template: {f:spec: {f:dnsPolicy: {}, f:containers: {'k:{"name":"op"}': {f:stdin: {}}, 'k:{"name":"side"}': {.: {}, f:name: {}, f:image: {}}}}}
spec:
  replicas: 2
  minReadySeconds: 5
  template: {spec: {dnsPolicy: Default, containers: [{name: op, image: op:1, stdin: true}, {name: side, image: side:1}]}}
`

// TestOwners: what only others own and nobody changes is left out; what changes is shown, whoever owns it.
func TestOwners(t *testing.T) {
	t.Parallel()
	after := strings.NewReplacer("op:1", "op:2", "minReadySeconds: 5", "minReadySeconds: 6").Replace(shared)
	object := difference.Object{Before: decode(t, shared), After: decode(t, after)}
	testkit.Golden(t, "testdata/owners.txt", []byte(compare(t, difference.Options{Managers: []string{"helm"}, Context: 50}, object).Text(false)))
	all := compare(t, difference.Options{Context: 50}, object).Text(false)
	if !strings.Contains(all, "theirs: b") || !strings.Contains(all, "side:1") {
		t.Errorf("left out without a manager:\n%s", all)
	}
}

// TestOrder: the order of the input does not matter.
func TestOrder(t *testing.T) {
	t.Parallel()
	var objects []difference.Object
	for _, name := range []string{"c", "a", "b"} {
		for _, kind := range []string{"Service", "ConfigMap"} {
			objects = append(objects, difference.Object{After: decode(t, "{apiVersion: v1, kind: "+kind+", metadata: {name: "+name+"}}")})
		}
	}
	first := compare(t, difference.Options{}, objects...).Text(false)
	for i, j := 0, len(objects)-1; i < j; i, j = i+1, j-1 {
		objects[i], objects[j] = objects[j], objects[i]
	}
	if second := compare(t, difference.Options{}, objects...).Text(false); first != second {
		t.Errorf("%s\n---\n%s", first, second)
	}
}

// TestTerminal: texts of the cluster cannot move the cursor.
func TestTerminal(t *testing.T) {
	t.Parallel()
	set := compare(t, difference.Options{}, difference.Object{
		After:   map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a"}, "data": map[string]any{"a": "x\x1b[2Jy\u202ez"}},
		Meaning: &change.Meaning{Reasons: []change.Reason{{Why: "bad \x1b[2J"}}},
	})
	if out := set.Text(false); strings.ContainsAny(out, "\x1b\u202e") {
		t.Errorf("%q", out)
	}
}
