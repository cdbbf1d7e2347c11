package model

import (
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// TestMended decodes specs with a value of another type: each must be what the
// second text is, or nothing if that is empty.
func TestMended(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"job: {parallelism: '2'}":                                                     "job: {parallelism: 2}",
		"job: {parallelism: two}":                                                     "",
		"job: {parallelism: 2.5}":                                                     "",
		"job: {parallelism: '99999999999'}":                                           "",
		"job: {parallelism: [2]}":                                                     "",
		"job: {args: --once}":                                                         "job: {args: [--once]}",
		"job: {args: [--count, 3, true, 0.5]}":                                        "job: {args: [--count, '3', 'true', '0.5']}",
		"job: {args: {a: b}}":                                                         "",
		"job: {allowNonRestoredState: 'True'}":                                        "job: {allowNonRestoredState: true}",
		"job: {allowNonRestoredState: 1}":                                             "",
		"job: none":                                                                   "",
		"jobManager: {resource: {memory: 2048, cpu: '1'}}":                            "jobManager: {resource: {memory: '2048', cpu: 1}}",
		"jobManager: {resource: {cpu: 500m}}":                                         "jobManager: {resource: {cpu: 0.5}}",
		"jobManager: {resource: {cpu: lots}}":                                         "",
		"podTemplate: {metadata: {labels: {team: 7}}}":                                "podTemplate: {metadata: {labels: {team: '7'}}}",
		"podTemplate: {spec: {hostPID: 'true', containers: [{name: 1}]}}":             "podTemplate: {spec: {hostPID: true, containers: [{name: '1'}]}}",
		"podTemplate: {spec: {containers: {name: a}}}":                                "",
		"podTemplate: {spec: {containers: [a]}}":                                      "",
		"image: 1.20\nunknown: {a: [1]}\nflinkConfiguration: {a: {b: [1]}}":           "image: '1.2'\nflinkConfiguration: {a: {b: [1]}}",
		"podTemplate: {spec: {containers: [{resources: {requests: {memory: 2gb}}}]}}": "",
		"taskManager: {replicas: '3', podTemplate: {spec: {containers: [{resources: {limits: {memory: 2Gi}}}]}}}": "taskManager: {replicas: 3, podTemplate: {spec: {containers: [{resources: {limits: {memory: 2Gi}}}]}}}",
	} {
		data := specOf(t, in)
		before := specOf(t, in)
		got, ok := mended[v1beta1.FlinkDeployment](data)
		if !reflect.DeepEqual(data, before) {
			t.Errorf("%s: the object was changed", in)
		}
		if ok != (want != "") {
			t.Errorf("%s: mended %t", in, ok)
			continue
		}
		if want == "" {
			continue
		}
		right, ok := decode[v1beta1.FlinkDeployment](specOf(t, want))
		if !ok || !reflect.DeepEqual(got.Spec, right.Spec) {
			t.Errorf("%s: got %+v, want %+v", in, got.Spec, right.Spec)
		}
	}
}

func specOf(t *testing.T, text string) map[string]any {
	t.Helper()
	var out map[string]any
	if err := yaml.Unmarshal([]byte("spec:\n  "+strings.ReplaceAll(text, "\n", "\n  ")), &out); err != nil {
		t.Fatal(err)
	}
	return out
}
