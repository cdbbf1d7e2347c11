package v1beta1_test

import (
	"encoding/json"
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

func TestFreeFormKeepsItsText(t *testing.T) {
	t.Parallel()
	const in = `{"deploymentName":"s","flinkConfiguration":{"b":1.10,"a":{"c":[1,"x"]}}}`
	var spec v1beta1.FlinkSessionJobSpec
	if err := json.Unmarshal([]byte(in), &spec); err != nil {
		t.Fatal(err)
	}
	if got := string(spec.FlinkConfiguration); got != `{"b":1.10,"a":{"c":[1,"x"]}}` {
		t.Errorf("kept %s", got)
	}
	for _, empty := range []string{`{}`, `{"flinkConfiguration":null}`} {
		spec = v1beta1.FlinkSessionJobSpec{}
		if err := json.Unmarshal([]byte(empty), &spec); err != nil || spec.FlinkConfiguration != nil {
			t.Errorf("%s gives %q, %v", empty, spec.FlinkConfiguration, err)
		}
		if out, err := json.Marshal(spec); err != nil || string(out) != `{}` {
			t.Errorf("%s is written as %s, %v", empty, out, err)
		}
	}
}

func TestFreeFormFlat(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]map[string]string{
		``:                                     {},
		`{}`:                                   {},
		`{"a":"x","b":true,"c":1.10,"d":null}`: {"a": "x", "b": "true", "c": "1.10", "d": "null"},
		`{"a":{"b":{"c":1}},"a.b.d":2}`:        {"a.b.c": "1", "a.b.d": "2"},
		`{"l":["a",1,true,null],"o":[{"x":1},"y"],"e":[]}`:    {"l": "a;1;true;null", "o": ";y", "e": ""},
		`{"a":{"b":"first"},"a.b":"second"}`:                  {"a.b": "second"},
		`{"a.b":"first","a":{"b":"second"}}`:                  {"a.b": "second"},
		`{"big":9007199254740993,"nested":{},"after":"kept"}`: {"big": "9007199254740993", "after": "kept"},
	} {
		got, err := v1beta1.FreeForm(in).Flat()
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%s is flat %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{`"text"`, `1`, `[]`, `[{"a":1}]`, `{"a":`, `{"a":[1,`, `{"a":[1}`, `nonsense`} {
		if got, err := v1beta1.FreeForm(in).Flat(); err == nil {
			t.Errorf("%s is flat %v, want an error", in, got)
		}
	}
}

// What is not set in a pod template is not in its JSON: the API server would
// refuse a null list.
func TestPodTemplateWritesNoNulls(t *testing.T) {
	t.Parallel()
	var empty v1beta1.PodTemplate
	if out, err := json.Marshal(empty); err != nil || string(out) != `{}` {
		t.Errorf("the empty template is written as %s, %v", out, err)
	}
	one := v1beta1.PodTemplate{}
	one.APIVersion, one.Kind = "v1", "Pod"
	one.Spec.NodeSelector = map[string]string{"a": "b"}
	selecting := `{"apiVersion":"v1","kind":"Pod","spec":{"nodeSelector":{"a":"b"}}}`
	if out, err := json.Marshal(&one); err != nil || string(out) != selecting {
		t.Errorf("the template is written as %s, %v", out, err)
	}
	one.Spec = corev1.PodSpec{Containers: []corev1.Container{{Name: "flink-main-container"}}}
	spec := v1beta1.FlinkDeploymentSpec{PodTemplate: &one}
	out, err := json.Marshal(spec)
	want := `{"podTemplate":{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"flink-main-container","resources":{}}]}}}`
	if err != nil || string(out) != want {
		t.Errorf("the spec is written as %s, %v; want %s", out, err, want)
	}
}
