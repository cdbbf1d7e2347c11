package gitops_test

import (
	"encoding/json"
	"testing"

	helm "github.com/fluxcd/helm-controller/api/v2"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/emit/flux"
	"github.com/helm-flink/helm-flink/internal/emit/gitops"
)

// charts are an operator in a registry, and one in a repository.
func charts() map[string]*gitops.Chart {
	values := map[string]any{"replicas": int64(2)}
	return map[string]*gitops.Chart{
		"registry": {
			Source: "oci://public.ecr.aws/emr-on-eks/flink-kubernetes-operator", Name: "flink-kubernetes-operator", Version: "7.12.0",
			Release: "flink-operator", Namespace: "op", Values: values,
		},
		"repository": {
			Source: "https://downloads.apache.org/flink/flink-kubernetes-operator-1.15.0/", Name: "flink-kubernetes-operator", Version: "1.15.0",
			Release: "flink-operator", Namespace: "op", Values: values,
		},
	}
}

// TestHelmRelease decodes the HelmRelease of an operator strictly into its Go type: its CRD comes in no module.
func TestHelmRelease(t *testing.T) {
	t.Parallel()
	for name, chart := range charts() {
		unit, err := flux.ChartUnit("lab", gitops.Source{Chart: chart})
		if err != nil {
			t.Fatal(err)
		}
		doc, err := emit.Document(unit.Set[1])
		if err != nil {
			t.Fatal(err)
		}
		var release helm.HelmRelease
		if err := yaml.UnmarshalStrict(doc, &release, func(d *json.Decoder) *json.Decoder { d.DisallowUnknownFields(); return d }); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, doc)
		}
		byReference := release.Spec.ChartRef != nil && release.Spec.ChartRef.Kind == "OCIRepository" && release.Spec.ChartRef.Name == "lab-operator"
		byName := release.Spec.Chart != nil && release.Spec.Chart.Spec.SourceRef.Name == "lab-operator" && release.Spec.Chart.Spec.Version == "1.15.0"
		if byReference != (name == "registry") || byName != (name == "repository") || release.GetReleaseName() != "flink-operator" {
			t.Errorf("%s: %s", name, doc)
		}
	}
}
