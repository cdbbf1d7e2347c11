package release_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// described names the objects of each unit.
func described(p release.Plan) string {
	var out strings.Builder
	for _, u := range p.Units {
		fmt.Fprintf(&out, "%s: %s:", u.Wave, u)
		for _, o := range u.Set {
			fmt.Fprintf(&out, " %s/%s", o.Key().Kind, o.Key().Name)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// unlabelled is an operator whose objects bear no label, as after a rewrite by hand, beside objects that are not its own.
const unlabelled = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: op, namespace: ops}
spec:
  template:
    metadata: {labels: {app: op}}
    spec:
      serviceAccountName: op
      containers:
        - {name: op, image: "mirror.example.com/team/flink-kubernetes-operator:1.15.0", envFrom: [{configMapRef: {name: op-env}}]}
      volumes:
        - {name: keystore, secret: {secretName: op-cert}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: ops, labels: {app.kubernetes.io/name: flink-kubernetes-operator}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: op, namespace: ops}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: op, namespace: team}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: op-env, namespace: ops}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: other, namespace: ops}}
---
{apiVersion: v1, kind: Service, metadata: {name: hook, namespace: ops}, spec: {selector: {app: op}}}
---
{apiVersion: v1, kind: Service, metadata: {name: other, namespace: ops}, spec: {selector: {app: other}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: op}
webhooks: [{name: v, clientConfig: {service: {name: hook, namespace: ops}}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: other}
webhooks: [{name: v, clientConfig: {service: {name: hook, namespace: team}}}]
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: cert, namespace: ops}
spec: {secretName: op-cert, issuerRef: {name: self}, keystores: {pkcs12: {passwordSecretRef: {name: pass, key: password}}}}
---
{apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: self, namespace: ops}}
---
{apiVersion: v1, kind: Secret, metadata: {name: pass, namespace: ops}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: op}
roleRef: {kind: ClusterRole, name: op}
subjects: [{kind: ServiceAccount, name: op, namespace: ops}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: shared}
roleRef: {kind: ClusterRole, name: shared}
subjects: [{kind: ServiceAccount, name: op, namespace: ops}, {kind: Group, name: people}]
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: op}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: shared}}
`

// TestPlanManifestsOperator puts into the operator's release what it refers to and what refers to it, and nothing else.
func TestPlanManifestsOperator(t *testing.T) {
	t.Parallel()
	plan := release.PlanManifests("p", "home", parsed(t, unlabelled), release.Charts{})
	want := `platform: platform home/p-platform: Namespace/ops ServiceAccount/op ClusterRole/shared ClusterRoleBinding/shared ` +
		`ConfigMap/other Service/other ValidatingWebhookConfiguration/other
operator: operator home/p-operator: ServiceAccount/op ClusterRole/op ClusterRoleBinding/op Secret/pass ConfigMap/op-env Issuer/self ` +
		`Certificate/cert Service/hook Deployment/op ValidatingWebhookConfiguration/op
`
	if got := described(plan); got != want {
		t.Error(testkit.Diff("plan", want, got))
	}
}

func parsed(t *testing.T, text string) manifest.Set {
	t.Helper()
	var out manifest.Set
	for _, data := range testkit.Example(t, text) {
		out = append(out, manifest.Object{Data: data})
	}
	return out
}

// TestPlanManifests is the plan of jobs alone: they have a platform's release all the same, and what holds state is kept.
func TestPlanManifests(t *testing.T) {
	t.Parallel()
	job := map[string]any{"job": map[string]any{}}
	set := manifest.Set{
		object("flink.apache.org/v1beta1", "FlinkDeployment", "home", "p-platform", "jobs.x", manifest.Jobs, job),
	}
	plan := release.PlanManifests("p", "home", set, release.Charts{})
	want := "platform: platform home/p-platform-platform:\nclusters: job home/p-platform: FlinkDeployment/p-platform\n"
	if got := described(plan); got != want {
		t.Error(testkit.Diff("plan", want, got))
	}
	if path := plan.Units[1].Path; path != "" {
		t.Errorf("manifests have no values path, got %q", path)
	}

	claim := object("v1", "PersistentVolumeClaim", "home", "data", "", "", nil)
	chosen := object("v1", "Namespace", "", "team", "", "", nil)
	chosen.Data["metadata"] = map[string]any{"name": "team", "annotations": map[string]any{"helm.sh/resource-policy": "delete"}}
	config := object("v1", "ConfigMap", "home", "config", "", "", nil)
	got := map[string]any{}
	for _, o := range release.PlanManifests("p", "home", manifest.Set{claim, chosen, config}, release.Charts{}).Units[0].Set {
		meta, _ := o.Data["metadata"].(map[string]any)
		annotations, _ := meta["annotations"].(map[string]any)
		got[o.Key().Name] = annotations["helm.sh/resource-policy"]
	}
	if got["data"] != "keep" || got["team"] != "delete" || got["config"] != nil {
		t.Errorf("policies %v", got)
	}
	if meta, _ := claim.Data["metadata"].(map[string]any); meta["annotations"] != nil {
		t.Error("the input was changed")
	}
}

// noise is text of a size that does not compress.
func noise(seed string, size int) string {
	var out []byte
	for i := 0; len(out) < size; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", seed, i))
		out = append(out, sum[:]...)
	}
	return base64.StdEncoding.EncodeToString(out)[:size]
}

func config(namespace, name string, size int) manifest.Object {
	o := object("v1", "ConfigMap", namespace, name, "", "", nil)
	o.Data["data"] = map[string]any{"text": noise(name, size)}
	return o
}

func namespaceOf(name string) manifest.Object {
	return object("v1", "Namespace", "", name, "", "", nil)
}

// parts arranges the plan of a set beside releases that are there.
func parts(t *testing.T, held map[manifest.Key]string, set ...manifest.Object) (release.Plan, error) {
	t.Helper()
	plan := release.PlanManifests("p", "home", set, release.Charts{})
	if err := plan.Part(held); err != nil {
		t.Fatal(err)
	}
	return plan, plan.Check(held)
}

// TestPart cuts a platform that is too large for one release; what is in a release stays there, and a namespace comes in
// no later release than what is in it.
func TestPart(t *testing.T) {
	t.Parallel()
	const large = 500 << 10
	set := []manifest.Object{
		namespaceOf("a"), namespaceOf("b"), config("a", "one", large), config("a", "two", large), config("b", "three", large),
	}
	plan, err := parts(t, nil, set[:3]...)
	if err != nil || len(plan.Units) != 1 {
		t.Fatalf("what fits into one is parted: %v\n%s", err, described(plan))
	}
	held := hold(plan)
	plan, err = parts(t, nil, set...)
	if err != nil {
		t.Fatal(err)
	}
	want := `platform: platform home/p-platform: Namespace/a Namespace/b ConfigMap/one
platform: platform home/p-platform-2: ConfigMap/two
platform: platform home/p-platform-3: ConfigMap/three
`
	if got := described(plan); got != want {
		t.Error(testkit.Diff("parts", want, got))
	}
	// Now "three" is there first, in the release that has room for it: it stays, whatever comes before it by name.
	held[config("b", "three", large).Key()] = "p-platform-2"
	plan, err = parts(t, held, set...)
	if err != nil {
		t.Fatal(err)
	}
	want = `platform: platform home/p-platform: Namespace/a Namespace/b ConfigMap/one
platform: platform home/p-platform-2: ConfigMap/three
platform: platform home/p-platform-3: ConfigMap/two
`
	if got := described(plan); got != want {
		t.Error(testkit.Diff("parts beside releases", want, got))
	}
	// What shrinks leaves its release empty and moves nothing.
	plan, err = parts(t, held, set[0], set[1], config("b", "three", 10))
	want = "platform: platform home/p-platform: Namespace/a Namespace/b\nplatform: platform home/p-platform-2: ConfigMap/three\n"
	if got := described(plan); err != nil || got != want {
		t.Errorf("%v\n%s", err, testkit.Diff("after shrinking", want, got))
	}
	plan, _ = parts(t, held, set[0], set[2])
	if got := described(plan); !strings.HasSuffix(got, "p-platform-2:\n") {
		t.Errorf("the release that lost its objects is not planned:\n%s", got)
	}
	// A namespace that comes with the second release takes what is in it along.
	plan, err = parts(t, held, append(slices.Clone(set), namespaceOf("c"), config("c", "four", large), config("c", "five", large))...)
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]int{}
	for i, u := range plan.Units {
		for _, o := range u.Set {
			if k := o.Key(); k.Kind == "Namespace" {
				made[k.Name] = i
			} else if made[k.Namespace] > i {
				t.Errorf("%s comes before its namespace", k)
			}
		}
	}
}

func hold(p release.Plan) map[manifest.Key]string {
	out := map[manifest.Key]string{}
	for _, u := range p.Units {
		for _, o := range u.Set {
			out[o.Key()] = u.Name
		}
	}
	return out
}

// TestPartCompresses: objects that are alike count as they compress together.
func TestPartCompresses(t *testing.T) {
	t.Parallel()
	var set manifest.Set
	for i := range 5000 {
		o := object("v1", "ServiceAccount", "home", fmt.Sprintf("account-%d", i), "", "", nil)
		o.Data["annotations"] = map[string]any{"text": noise(o.Key().Name, 240)}
		set = append(set, o)
	}
	plan, err := parts(t, nil, set...)
	if err != nil || len(plan.Units) < 2 || len(plan.Units) > 3 {
		t.Fatalf("%d parts, %v", len(plan.Units), err)
	}
	n := 0
	for _, u := range plan.Units {
		n += len(u.Set)
	}
	if n != len(set) {
		t.Errorf("%d of %d objects are left", n, len(set))
	}
}

// TestCheck refuses what no part can hold, with what makes it so.
func TestCheck(t *testing.T) {
	t.Parallel()
	const huge = 1100 << 10
	var large *release.TooLargeError
	_, err := parts(t, nil, config("home", "small", 10), config("home", "huge", huge))
	if !errors.As(err, &large) || large.Unit.Name != "p-platform" || !strings.HasPrefix(large.Largest[0], "ConfigMap home/huge (11") {
		t.Errorf("got %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "cannot move") {
		t.Errorf("it speaks of moving where nothing is there: %v", err)
	}
	held := map[manifest.Key]string{config("home", "a", 1).Key(): "p-platform", config("home", "b", 1).Key(): "p-platform"}
	_, err = parts(t, held, config("home", "a", huge/2), config("home", "b", huge/2))
	if !errors.As(err, &large) || !large.Stays || !strings.Contains(err.Error(), "cannot move from a release to another") {
		t.Errorf("got %v", err)
	}
	job := object("flink.apache.org/v1beta1", "FlinkDeployment", "team", "orders", "", "", map[string]any{
		"job": map[string]any{}, "logConfiguration": map[string]any{"log4j-console.properties": noise("x", huge)},
	})
	_, err = parts(t, nil, job)
	if !errors.As(err, &large) || large.Unit.String() != "job team/orders" || !strings.Contains(err.Error(), "kubectl apply --server-side") {
		t.Errorf("got %v", err)
	}
}
