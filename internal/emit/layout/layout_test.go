package layout_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/emit/gitops"
	"github.com/helm-flink/helm-flink/internal/emit/layout"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// set is a platform of two teams, with texts that a template or a careless
// writer changes.
func set(t *testing.T) manifest.Set {
	t.Helper()
	const objects = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: flinkdeployments.flink.apache.org}
spec: {description: "{{ not a template }}"}
---
apiVersion: v1
kind: Namespace
metadata: {name: pay}
---
apiVersion: v1
kind: Namespace
metadata: {name: ship}
---
apiVersion: v1
kind: Namespace
metadata: {name: op}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: flink-operator, namespace: pay}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: flink
  namespace: pay
  annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/pay"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tricky, namespace: pay}
data:
  HELMFLINKVALUE: HELMFLINKVALUE0E
  a: "{{ .Values.nothing }} {{- x -}} }} {{{ {{{{ {{/* c */}}"
  b: "{{\n{{- if }}\n  {{ end"
  c: "{"
  d: |
    {{ define "x" }}
      ---
    # {{
  "e{{x}}": "'\"\\{{"
  region: eu-west-1
  text: "in eu-west-1"
---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: flink}
spec: {zones: [eu-west-1, eu-west-1a]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator, namespace: op}
spec: {selector: {matchLabels: {app: operator}}}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: orders, namespace: pay}
spec:
  image: "registry/orders:1"
  serviceAccount: flink
  ingress: {template: "{{name}}.example.com"}
  flinkConfiguration:
    a.region: eu-west-1
    ha: s3://state/ha/{{x}}/"quoted"\
    log: s3a://state
    other: s3p://other-state/x
    not: "s3://{{bucket}}/x"
  job: {args: ["s3://state/in-an-argument"], jarURI: "s3://programs/orders.jar", parallelism: 4, state: running, upgradeMode: savepoint}
  taskManager: {replicas: 2}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: ship}
spec: {image: "flink:1.20"}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkBlueGreenDeployment
metadata: {name: both, namespace: ship}
spec: {template: {spec: {image: "flink:1.20", job: {parallelism: 1, state: suspended}}}}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkSessionJob
metadata: {name: one, namespace: ship}
spec: {deploymentName: session, job: {parallelism: 1, state: running, initialSavepointPath: "s3://state/sp"}}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkStateSnapshot
metadata: {name: adopted, namespace: ship}
spec: {savepoint: {path: "s3://state/sp", alreadyExists: true}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
`
	components := map[string]manifest.Component{
		"NodePool": manifest.Karpenter, "Deployment": manifest.Operator, "ValidatingWebhookConfiguration": manifest.Operator,
		"Role": manifest.Operator, "StorageClass": manifest.Jobs, "Namespace": manifest.Namespaces, "ServiceAccount": manifest.IRSA,
	}
	var out manifest.Set
	for _, data := range parse(t, objects) {
		o := manifest.Object{Data: data}
		o.Origin.Component = components[o.Key().Kind]
		if strings.HasPrefix(o.Key().APIVersion, "flink.apache.org") {
			o.Origin.Component = manifest.Jobs
		}
		out = append(out, o)
	}
	return out.Sorted()
}

func parse(t *testing.T, stream string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for doc := range strings.SplitSeq("\n"+stream, "\n---\n") {
		raw, err := yaml.YAMLToJSONStrict([]byte(doc))
		if err != nil {
			t.Fatalf("%v:\n%s", err, doc)
		}
		var data map[string]any
		if err := json.Unmarshal(raw, &data); err != nil {
			t.Fatal(err)
		}
		if data != nil {
			out = append(out, data)
		}
	}
	return out
}

func options() layout.Options {
	return layout.Options{
		Platform: "shop", OperatorNamespace: "op", Region: "eu-west-1", Teams: map[string]string{"pay": "payments", "ship": "shipping"},
		Environments: []string{"prod"},
		Git:          gitops.Source{RepoURL: "https://git.example.com/platform.git", Revision: "main", Path: "clusters/shop"},
	}
}

func write(t *testing.T, dir string, set manifest.Set, l layout.Layout) emit.Report {
	t.Helper()
	tree, err := layout.Lay(set, l, options())
	if err != nil {
		t.Fatal(err)
	}
	r, err := emit.WriteDir(dir, tree)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, complaint, err := testkit.Run(t.Context(), testkit.Command{Name: name, Args: args})
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", filepath.Base(name), args, err, complaint)
	}
	return out
}

// TestUnits puts each object where it belongs, and each unit after what it needs.
func TestUnits(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, set(t), layout.Kustomize)
	data, err := os.ReadFile(filepath.Join(dir, "base", "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	const order = `resources:
- crds
- cluster
- karpenter
- operator-namespace
- teams/payments/base
- teams/shipping/base
- operator
- teams/payments/jobs
- teams/shipping/jobs
`
	if !strings.Contains(string(data), order) {
		t.Errorf("base/kustomization.yaml:\n%s", data)
	}
	for _, name := range []string{
		"cluster/storageclass-local.yaml", "teams/payments/base/role-flink-operator.yaml", "teams/payments/jobs/flinkdeployment-orders.yaml",
		"operator-namespace/namespace-op.yaml", "operator/validatingwebhookconfiguration-hook.yaml",
	} {
		if _, err := os.Stat(filepath.Join(dir, "base", filepath.FromSlash(name))); err != nil {
			t.Error(err)
		}
	}
}

// TestKustomizeBuild: the real kustomize gives the same objects in the same
// order, of the whole, of its base and through the sample; of a part it gives the
// part; and an overlay reaches into Flink's kinds.
func TestKustomizeBuild(t *testing.T) {
	t.Parallel()
	kustomize := testkit.Tool(t, "kustomize")
	want, dir := set(t), t.TempDir()
	write(t, dir, want, layout.Kustomize)
	for _, part := range []string{"", "base", "overlays/prod"} {
		got := parse(t, run(t, kustomize, "build", filepath.Join(dir, part)))
		if len(got) != len(want) {
			t.Fatalf("%q: %d objects, want %d", part, len(got), len(want))
		}
		for i, o := range want {
			if !reflect.DeepEqual(got[i], o.Data) {
				t.Errorf("%q: object %d is %v, want %v", part, i, got[i], o.Data)
			}
		}
	}
	overlay := "resources: [../../base/teams/payments/base, ../../base/teams/payments/jobs]\nnamePrefix: a-\n" +
		"images: [{name: registry/orders, newTag: \"2\"}]\n"
	if err := os.WriteFile(filepath.Join(dir, "overlays", "prod", "kustomization.yaml"), []byte(overlay), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := write(t, dir, want, layout.Kustomize); len(r.Written) > 0 {
		t.Errorf("the sample was written again: %+v", r)
	}
	out := run(t, kustomize, "build", filepath.Join(dir, "overlays", "prod"))
	if !strings.Contains(out, "image: registry/orders:2") || !strings.Contains(out, "serviceAccount: a-flink\n") ||
		strings.Contains(out, "kind: Deployment") {
		t.Errorf("an overlay over a part:\n%s", out)
	}
}

// TestStable: one job that changes is one file that changes, in every layout.
func TestStable(t *testing.T) {
	t.Parallel()
	for _, l := range layout.Layouts() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			first := write(t, dir, set(t), l)
			if r := write(t, dir, set(t), l); len(r.Unchanged)+1 < len(first.Written)-1 || len(r.Written)+len(r.Removed) > 0 {
				t.Errorf("the same again: %+v", r)
			}
			next := set(t)
			i := slices.IndexFunc(next, func(o manifest.Object) bool { return o.Key().Name == "orders" })
			next[i].Data["spec"].(map[string]any)["job"].(map[string]any)["args"] = []any{"another"}
			r := write(t, dir, next, l)
			if len(r.Written) != 1 || !strings.HasSuffix(r.Written[0], "/flinkdeployment-orders.yaml") || len(r.Removed) > 0 {
				t.Errorf("another argument: %+v", r)
			}
			r = write(t, dir, slices.Delete(next, i, i+1), l)
			if !slices.ContainsFunc(r.Removed, func(name string) bool { return strings.HasSuffix(name, "/flinkdeployment-orders.yaml") }) {
				t.Errorf("without the job: %+v", r)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	twice := append(set(t), set(t)[0])
	for _, l := range layout.Layouts() {
		if _, err := layout.Lay(twice, l, options()); err == nil || !strings.Contains(err.Error(), "twice in the output") {
			t.Errorf("%s: %v", l, err)
		}
	}
	if _, err := layout.Lay(nil, "tower", options()); err == nil || !strings.Contains(err.Error(), `"tower"`) {
		t.Errorf("unknown layout: %v", err)
	}
}

// byKey gives objects by what they are.
func byKey(all []map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, data := range all {
		k := manifest.Object{Data: data}.Key()
		out[k.APIVersion+" "+k.String()] = data
	}
	return out
}

// compare fails where two sets of objects are not equal.
func compare(t *testing.T, got, want map[string]map[string]any) {
	t.Helper()
	if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
		t.Fatalf("objects %q, want %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
	for key, data := range want {
		if !reflect.DeepEqual(got[key], data) {
			t.Errorf("%s: got %v, want %v", key, got[key], data)
		}
	}
}
