package v1beta1_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	structuralpruning "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// manifests gives the kind and the YAML of every file in testdata.
func manifests(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("testdata: %v, %v", files, err)
	}
	all := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[file] = string(data)
	}
	return all
}

// kindOf reads the kind of a manifest.
func kindOf(t *testing.T, text string) string {
	t.Helper()
	var head struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal([]byte(text), &head); err != nil || head.APIVersion != v1beta1.APIVersion {
		t.Fatalf("manifest of %q: %v", head.APIVersion, err)
	}
	return head.Kind
}

// tree reads YAML into plain maps, as the API server has it.
func tree(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// A manifest goes through the Go types, strictly, and comes out as it went in.
func TestManifestsRoundTrip(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for file, text := range manifests(t) {
		kind := kindOf(t, text)
		seen[kind] = true
		object := objects()[kind]
		if err := yaml.UnmarshalStrict([]byte(text), object); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		data, err := json.Marshal(object)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if got, want := tree(t, string(data)), tree(t, text); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: came out as %v\nwent in as %v", file, got, want)
		}
	}
	if want := objects(); len(seen) != len(want) {
		t.Errorf("testdata has the kinds %v, want %v", slices.Sorted(maps.Keys(seen)), slices.Sorted(maps.Keys(want)))
	}
}

// The API server would keep every field of the manifests.
func TestManifestsAreNotPruned(t *testing.T) {
	t.Parallel()
	for file, text := range manifests(t) {
		s := structural(t, schemaOf(readCRD(t, ownFile(t, kindOf(t, text)))))
		opts := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
		if lost := structuralpruning.PruneWithOptions(tree(t, text), s, true, opts); len(lost) > 0 {
			t.Errorf("%s: the CRD does not know %v", file, lost)
		}
	}
}

// A misspelt field is refused wherever it stands, in Go and by the CRD, except
// below flinkConfiguration and logConfiguration.
func TestUnknownFieldsAreRefused(t *testing.T) {
	t.Parallel()
	text := manifests(t)["testdata/flinkdeployment-apache.yaml"]
	for _, path := range []string{
		"spec", "spec.job", "spec.ingress", "spec.ingress.tls.0", "spec.podTemplate", "spec.podTemplate.spec",
		"spec.podTemplate.metadata", "spec.podTemplate.spec.containers.0", "spec.jobManager", "spec.jobManager.resource",
		"spec.taskManager", "spec.taskManager.podTemplate",
		"status", "status.jobStatus", "status.jobStatus.savepointInfo.lastSavepoint", "status.conditions.0",
	} {
		object := tree(t, text)
		child(t, object, path)["mispelt"] = "x"
		data, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict(data, &v1beta1.FlinkDeployment{}); err == nil || !strings.Contains(err.Error(), "mispelt") {
			t.Errorf("%s: an unknown field gives %v", path, err)
		}
		s := structural(t, schemaOf(readCRD(t, ownFile(t, v1beta1.KindFlinkDeployment))))
		opts := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
		if lost := structuralpruning.PruneWithOptions(object, s, true, opts); len(lost) != 1 {
			t.Errorf("%s: the CRD drops %v, want the unknown field", path, lost)
		}
	}
}

// child follows a path of map keys and list indexes.
func child(t *testing.T, v any, path string) map[string]any {
	t.Helper()
	for step := range strings.SplitSeq(path, ".") {
		if list, ok := v.([]any); ok {
			v = list[0]
			continue
		}
		v = v.(map[string]any)[step]
	}
	object, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("%s is %T", path, v)
	}
	return object
}

// AWS writes a number, the blueprint a string.
func TestMaxFilesToKeepTakesBoth(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`10`, `"10"`} {
		in := `{"rotationSize":"2GB","maxFilesToKeep":` + value + `}`
		var c v1beta1.ContainerLogRotationConfiguration
		if err := yaml.UnmarshalStrict([]byte(in), &c); err != nil {
			t.Fatal(err)
		}
		if c.MaxFilesToKeep.IntValue() != 10 {
			t.Errorf("%s is read as %v", value, c.MaxFilesToKeep)
		}
		if out, err := json.Marshal(c); err != nil || string(out) != in {
			t.Errorf("%s is written as %s: %v", in, out, err)
		}
	}
}
