package api_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/api"
)

// TestGolden: nothing is wrong with what we render ourselves.
func TestGolden(t *testing.T) {
	t.Parallel()
	c := checker(t, api.Options{})
	for _, o := range golden(t) {
		for _, f := range c.Check(o) {
			t.Errorf("%s: %s", o.Key(), f)
		}
	}
}

// TestExamples: the bad example of every code is flagged with it, the good one
// with nothing at all.
func TestExamples(t *testing.T) {
	t.Parallel()
	c := checker(t, api.Options{})
	count := 0
	for _, e := range diag.Catalog() {
		if e.Code < diag.CodeAPIUnknown || e.Code > "FLK139" {
			continue
		}
		count++
		var bad diag.List
		for _, o := range objects(t, e.Bad) {
			bad = append(bad, c.Check(o)...)
		}
		if !slices.ContainsFunc(bad, func(f diag.Finding) bool { return f.Code == e.Code && f.Severity == e.Severity }) {
			t.Errorf("%s: the bad example gives %v", e.Code, bad)
		}
		for _, f := range bad {
			t.Log(f, "–", f.Hint)
		}
		for _, o := range objects(t, e.Good) {
			if found := c.Check(o); len(found) > 0 {
				t.Errorf("%s: the good example gives %v", e.Code, found)
			}
		}
	}
	if count != 15 {
		t.Errorf("%d codes, want 15", count)
	}
}

// TestFieldsOfFindings: a finding names its field by keys and indexes, keys with
// dots included.
func TestFieldsOfFindings(t *testing.T) {
	t.Parallel()
	c := checker(t, api.Options{})
	for text, want := range map[string]string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {a.b/c: \"x y\"}}":                                                                                                                                                      "metadata|labels|a.b/c",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {a b: x}}":                                                                                                                                                         "metadata|annotations|a b",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a.b/c: x}":                                                                                                                                                              "data|a.b/c",
		"apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {requests.cpu: \"-1\"}}":                                                                                                                                      "spec|hard|requests.cpu",
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a.b: \"x y\"}, ports: [{port: 1}]}":                                                                                                                            "spec|selector|a.b",
		"apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata: {name: a}\nspec: {logConfiguration: {log4j.properties: 1}}":                                                                                                   "spec|logConfiguration|log4j.properties",
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b, resources: {limits: {nvidia.com/gpu: 1.5m}}}]}}}": "spec|template|spec|containers|0|resources|limits|nvidia.com/gpu",
	} {
		o := objects(t, text)[0]
		o.Origin.Locate = func(field []string) (string, diag.Position) { return strings.Join(field, "|"), diag.Position{} }
		found := c.Check(o)
		if len(found) == 0 || found[0].Path != want {
			t.Errorf("%s: got %v, want it at %s", text, found, want)
		}
	}
}

// TestRemoved: what is removed depends on the version of Kubernetes.
func TestRemoved(t *testing.T) {
	t.Parallel()
	budget := objects(t, "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1}")[0]
	for kube, want := range map[string]diag.Code{
		"": diag.CodeAPIRemoved, "1.24": diag.CodeAPINoSchema, "v1.25.3": diag.CodeAPIRemoved, "1.33": diag.CodeAPIRemoved, "2.0": diag.CodeAPIRemoved,
	} {
		if found := checker(t, api.Options{KubeVersion: kube}).Check(budget); len(found) != 1 || found[0].Code != want {
			t.Errorf("Kubernetes %q: %v", kube, found)
		}
	}
	if _, _, err := api.New(api.Options{KubeVersion: "new"}); err == nil {
		t.Error("a version that is none is taken")
	}
}

// TestVersionsOfKubernetes: rules that became looser hold where they are not.
func TestVersionsOfKubernetes(t *testing.T) {
	t.Parallel()
	service := objects(t, "apiVersion: v1\nkind: Service\nmetadata: {name: 1a}\nspec: {ports: [{port: 80}]}")[0]
	for kube, want := range map[string]int{"": 0, "1.36": 0, "1.33": 1} {
		if found := checker(t, api.Options{KubeVersion: kube}).Check(service); len(found) != want {
			t.Errorf("Kubernetes %q: %v", kube, found)
		}
	}
}

// TestObjectsStayTheSame: a check changes nothing, and many may run at once.
func TestObjectsStayTheSame(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join("testdata", "good.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	all, same := objects(t, string(content)), objects(t, string(content))
	c := checker(t, api.Options{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, o := range all {
				for _, f := range c.Check(o) {
					t.Errorf("%s: %s", o.Key(), f)
				}
			}
		})
	}
	group.Wait()
	for i := range all {
		if !reflect.DeepEqual(all[i].Data, same[i].Data) {
			t.Errorf("%s was changed", all[i].Key())
		}
	}
}

// TestBrokenObjects: no shape of an object is too odd.
func TestBrokenObjects(t *testing.T) {
	t.Parallel()
	c := checker(t, api.Options{})
	for _, text := range []string{
		"{}", "{kind: 1, apiVersion: v1}", "{kind: Pod, apiVersion: a/b/c}", "{kind: Pod, apiVersion: v1, metadata: [], spec: 1}",
		"{kind: NodePool, apiVersion: karpenter.sh/v1, metadata: {name: 1}, spec: []}", "{kind: FlinkDeployment, apiVersion: flink.apache.org/v1beta1}",
		"{kind: Secret, apiVersion: v1, metadata: {name: a}, data: {a: '#'}}", "{kind: FlinkDeployment, apiVersion: flink.apache.org/v1}",
		"{kind: NodePool, apiVersion: karpenter.sh/v1, metadata: {name: a}, spec: {template: {spec: {taints: [1], requirements: [[]]}}}}",
	} {
		o := objects(t, text)[0]
		found := c.Check(o)
		if !found.Has(diag.Error) {
			t.Errorf("%s: got %v", text, found)
		}
		for _, f := range found {
			if strings.ContainsAny(f.Message, "\n") || f.Message == "" {
				t.Errorf("%s: message %q", text, f.Message)
			}
		}
	}
}

// TestSecretsStaySecret: no value of a Secret comes into a message.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	o := objects(t, `apiVersion: v1
kind: Secret
metadata: {name: a}
type: kubernetes.io/dockerconfigjson
data: {hunter1: "hunter2!", a b: aHVudGVyMg==}
stringData: {c d: hunter2, e: 22222}
`)[0]
	found := checker(t, api.Options{}).Check(o)
	if len(found) == 0 || strings.Contains(fmt.Sprint(found), "hunter2") || strings.Contains(fmt.Sprint(found), "22222") {
		t.Errorf("got %v", found)
	}
}
