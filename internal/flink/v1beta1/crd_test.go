package v1beta1_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// plurals names the CRDs by kind.
func plurals() map[string]string {
	return map[string]string{
		v1beta1.KindFlinkDeployment:          "flinkdeployments",
		v1beta1.KindFlinkSessionJob:          "flinksessionjobs",
		v1beta1.KindFlinkStateSnapshot:       "flinkstatesnapshots",
		v1beta1.KindFlinkBlueGreenDeployment: "flinkbluegreendeployments",
	}
}

// kinds lists the kinds in a fixed order.
func kinds() []string { return slices.Sorted(maps.Keys(plurals())) }

func fileName(kind string) string { return plurals()[kind] + ".flink.apache.org-v1.yml" }

// ownFile is the path of the CRD that the chart ships.
func ownFile(t *testing.T, kind string) string {
	t.Helper()
	return filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator", "crds", fileName(kind))
}

// readCRD reads a CRD strictly.
func readCRD(t *testing.T, path string) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	def := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(data, def); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if len(def.Spec.Versions) != 1 {
		t.Fatalf("%s: %d versions, want 1", path, len(def.Spec.Versions))
	}
	return def
}

type props = apiextensionsv1.JSONSchemaProps

func schemaOf(def *apiextensionsv1.CustomResourceDefinition) *props {
	return def.Spec.Versions[0].Schema.OpenAPIV3Schema
}

// walk calls visit for every node of a schema. Paths read spec.a.b[].c{}: []
// is a list's item, {} a map's value; the root is "".
func walk(p *props, path string, visit func(path string, p *props)) {
	visit(path, p)
	for _, name := range slices.Sorted(maps.Keys(p.Properties)) {
		child := p.Properties[name]
		walk(&child, strings.TrimPrefix(path+"."+name, "."), visit)
	}
	if p.Items != nil && p.Items.Schema != nil {
		walk(p.Items.Schema, path+"[]", visit)
	}
	if p.AdditionalProperties != nil && p.AdditionalProperties.Schema != nil {
		walk(p.AdditionalProperties.Schema, path+"{}", visit)
	}
}

// structural converts a schema as the API server does.
func structural(t *testing.T, p *props) *structuralschema.Structural {
	t.Helper()
	internal := &apiextensions.JSONSchemaProps{}
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(p, internal, nil); err != nil {
		t.Fatal(err)
	}
	s, err := structuralschema.NewStructural(internal)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCRDsAreStructural(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		s := structural(t, schemaOf(readCRD(t, ownFile(t, kind))))
		if errs := structuralschema.ValidateStructural(nil, s); len(errs) > 0 {
			t.Errorf("%s: %v", kind, errs.ToAggregate())
		}
	}
}

func TestCRDNames(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		def := readCRD(t, ownFile(t, kind))
		if def.Name != plurals()[kind]+"."+v1beta1.Group || def.Spec.Group != v1beta1.Group || def.Spec.Names.Kind != kind {
			t.Errorf("%s: name %q, group %q, kind %q", kind, def.Name, def.Spec.Group, def.Spec.Names.Kind)
		}
		version := def.Spec.Versions[0]
		if version.Name != v1beta1.Version || !version.Served || !version.Storage {
			t.Errorf("%s: version %q, served %v, storage %v", kind, version.Name, version.Served, version.Storage)
		}
		if len(def.Annotations) > 0 || len(def.Labels) > 0 {
			t.Errorf("%s: metadata %v %v, want none", kind, def.Annotations, def.Labels)
		}
	}
}

// The bound is what an API server and a chart can carry with ease; the
// upstream CRD is about 540 KB.
func TestCRDSize(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		info, err := os.Stat(ownFile(t, kind))
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > 800_000 {
			t.Errorf("%s: %d bytes, want at most 800000", kind, info.Size())
		}
	}
}

func TestCRDHeader(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		data, err := os.ReadFile(ownFile(t, kind))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(data), "\n")
		if !strings.HasPrefix(first, "# Code generated") || !strings.HasSuffix(first, "DO NOT EDIT.") {
			t.Errorf("%s: first line %q", kind, first)
		}
	}
}

// Nothing is constrained but types and enums.
func TestCRDsConstrainNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		walk(schemaOf(readCRD(t, ownFile(t, kind))), "", func(path string, p *props) {
			rest := *p
			rest.Type, rest.Description, rest.Enum = "", "", nil
			rest.Properties, rest.Items, rest.AdditionalProperties = nil, nil, nil
			rest.XPreserveUnknownFields, rest.XIntOrString = nil, false
			if p.XIntOrString {
				rest.AnyOf = nil
			}
			if text, err := yaml.Marshal(rest); err != nil || string(text) != "{}\n" {
				t.Errorf("%s: %s has constraints: %s%v", kind, path, text, err)
			}
		})
	}
}

// foreign reports whether a path is below a node whose fields are not Flink's.
func foreign(path string) bool {
	for _, name := range []string{"podTemplate", "metadata", "conditions"} {
		if strings.Contains("."+path, "."+name+".") || strings.Contains("."+path, "."+name+"[].") {
			return true
		}
	}
	return strings.HasSuffix(path, "conditions[]")
}

func TestCRDDescriptions(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		walk(schemaOf(readCRD(t, ownFile(t, kind))), "", func(path string, p *props) {
			named := !strings.HasSuffix(path, "[]") && !strings.HasSuffix(path, "{}")
			switch {
			case foreign(path) && p.Description != "":
				t.Errorf("%s: %s is Kubernetes' own and has a description", kind, path)
			case !foreign(path) && named && !strings.HasSuffix(p.Description, "."):
				t.Errorf("%s: %s has no description that ends in a dot: %q", kind, path, p.Description)
			}
		})
	}
}

func TestPodTemplatesAreWholePods(t *testing.T) {
	t.Parallel()
	want := []string{"apiVersion", "kind", "metadata", "spec", "status"}
	found := map[string]int{}
	for _, kind := range kinds() {
		walk(schemaOf(readCRD(t, ownFile(t, kind))), "", func(path string, p *props) {
			if !strings.HasSuffix(path, "podTemplate") {
				return
			}
			found[kind]++
			if got := slices.Sorted(maps.Keys(p.Properties)); !slices.Equal(got, want) {
				t.Errorf("%s: %s has %v, want %v", kind, path, got, want)
			}
		})
	}
	if want := map[string]int{v1beta1.KindFlinkDeployment: 3, v1beta1.KindFlinkBlueGreenDeployment: 3}; !maps.Equal(found, want) {
		t.Errorf("pod templates: %v, want %v", found, want)
	}
}

// The API server takes the Flink versions that the table of operators names.
func TestFlinkVersionEnum(t *testing.T) {
	t.Parallel()
	var want []string
	for _, v := range flink.DefaultOperator().FlinkVersions() {
		want = append(want, v.String())
	}
	p := schemaOf(readCRD(t, ownFile(t, v1beta1.KindFlinkDeployment))).Properties["spec"].Properties["flinkVersion"]
	if got := enumOf(&p); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("flinkVersion: %v, want %v", got, want)
	}
}

// enumOf gives the values of an enum in sorted order.
func enumOf(p *props) []string {
	var values []string
	for _, v := range p.Enum {
		values = append(values, strings.Trim(string(v.Raw), `"`))
	}
	slices.Sort(values)
	return values
}
