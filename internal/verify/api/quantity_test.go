package api_test

import (
	"slices"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/api"
)

// TestQuantities: what would take seconds to read is an error at its field, wherever a quantity is read, and nowhere else.
func TestQuantities(t *testing.T) {
	t.Parallel()
	c := checker(t, api.Options{KubeVersion: "1.37"})
	const template = "{spec: {volumes: [{name: a, emptyDir: {sizeLimit: \"1e-9999999\"}}], containers: [{name: c, " +
		"env: [{name: SHA, value: \"1e-9999999\"}], resources: {limits: {cpu: 1}, requests: {memory: \"1e9999999\"}}}]}}"
	flink := func(kind, spec string) string {
		return "apiVersion: flink.apache.org/v1beta1\nkind: " + kind + "\nmetadata: {name: a, namespace: b}\nspec: " + spec + "\n"
	}
	for _, test := range []struct {
		object string
		want   []string
	}{
		{flink("FlinkDeployment", "{podTemplate: "+template+"}"), []string{
			"spec.podTemplate.spec.containers.0.resources.requests.memory", "spec.podTemplate.spec.volumes.0.emptyDir.sizeLimit",
		}},
		{flink("FlinkDeployment", "{taskManager: {podTemplate: "+template+"}}"), []string{
			"spec.taskManager.podTemplate.spec.containers.0.resources.requests.memory",
			"spec.taskManager.podTemplate.spec.volumes.0.emptyDir.sizeLimit",
		}},
		{flink("FlinkBlueGreenDeployment", "{template: {spec: {podTemplate: "+template+"}}}"), []string{
			"spec.template.spec.podTemplate.spec.containers.0.resources.requests.memory",
			"spec.template.spec.podTemplate.spec.volumes.0.emptyDir.sizeLimit",
		}},
		{flink("FlinkDeployment", "{image: \"7e1234567\", flinkConfiguration: {a: \"1e-9999999\"}}"), nil},
		{"apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {cpu: \"1e-9999999\"}}\n", []string{"spec.hard.cpu"}},
		{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {cpu: \"1e-9999999\"}\n", nil},
	} {
		for _, o := range objects(t, test.object) {
			findings := c.Check(o)
			var got []string
			for _, f := range findings {
				if f.Code == diag.CodeAPIQuantity {
					got = append(got, f.Path)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) || api.Bounded(findings) != (len(test.want) == 0) {
				t.Errorf("%s%v, want %v", test.object, got, test.want)
			}
		}
	}
}
