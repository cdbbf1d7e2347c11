package v1beta1_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// emrFields lists the fields that EMR adds to a FlinkDeployment's spec. They
// are the only ones that our CRDs have and the operator's have not.
func emrFields() []string {
	return []string{
		"emrReleaseLabel string",
		"executionRoleArn string",
		"jobManager.highAvailabilityEnabled boolean",
		"jobManager.storageDir string",
		"monitoringConfiguration object",
		"monitoringConfiguration.cloudWatchMonitoringConfiguration object",
		"monitoringConfiguration.cloudWatchMonitoringConfiguration.logGroupName string",
		"monitoringConfiguration.cloudWatchMonitoringConfiguration.logStreamNamePrefix string",
		"monitoringConfiguration.containerLogRotationConfiguration object",
		"monitoringConfiguration.containerLogRotationConfiguration.maxFilesToKeep int-or-string",
		"monitoringConfiguration.containerLogRotationConfiguration.rotationSize string",
		"monitoringConfiguration.image string",
		"monitoringConfiguration.s3MonitoringConfiguration object",
		"monitoringConfiguration.s3MonitoringConfiguration.logUri string",
		"monitoringConfiguration.sideCarResources object",
		"monitoringConfiguration.sideCarResources.limits object",
		"monitoringConfiguration.sideCarResources.limits.cpuLimit string",
		"monitoringConfiguration.sideCarResources.limits.memoryLimit string",
	}
}

// specPath is where the kind has the spec of a FlinkDeployment, "" for none.
func specPath(kind string) string {
	switch kind {
	case v1beta1.KindFlinkDeployment:
		return "spec."
	case v1beta1.KindFlinkBlueGreenDeployment:
		return "spec.template.spec."
	default:
		return ""
	}
}

// upstream reads the operator's own CRD of a kind, or skips the test.
func upstream(t *testing.T, kind string) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	return readCRD(t, testkit.Shared(t, "upstream", "flink-kubernetes-operator-1.15.0", "crds", fileName(kind)))
}

// typeOf says what a node accepts, apart from its children.
func typeOf(p *props) string {
	s := p.Type
	if p.XIntOrString {
		s = "int-or-string"
	}
	if p.XPreserveUnknownFields != nil {
		s += fmt.Sprint(" preserve=", *p.XPreserveUnknownFields)
	}
	if p.AdditionalProperties != nil && p.AdditionalProperties.Schema == nil {
		s += fmt.Sprint(" additional=", p.AdditionalProperties.Allows)
	}
	if enum := enumOf(p); enum != nil {
		s += " of " + strings.Join(enum, ",")
	}
	return s
}

// flatten lists what every path of a schema accepts.
func flatten(p *props) map[string]*props {
	flat := map[string]*props{}
	walk(p, "", func(path string, p *props) { flat[path] = p })
	return flat
}

func TestConformanceOfSchemas(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			theirs, ours := flatten(schemaOf(upstream(t, kind))), flatten(schemaOf(readCRD(t, ownFile(t, kind))))
			for _, path := range slices.Sorted(maps.Keys(theirs)) {
				their, our := theirs[path], ours[path]
				if our == nil {
					t.Errorf("%s (%s) is missing", path, typeOf(their))
					continue
				}
				compareNode(t, path, their, our)
			}
			compareAdditions(t, kind, theirs, ours)
		})
	}
}

// compareNode compares one node without its children.
func compareNode(t *testing.T, path string, their, our *props) {
	t.Helper()
	if typeOf(their) != typeOf(our) {
		t.Errorf("%s: upstream has %q, ours %q", path, typeOf(their), typeOf(our))
	}
	if their.Format != our.Format || their.Pattern != our.Pattern || their.Nullable != our.Nullable {
		t.Errorf("%s: upstream has format %q, pattern %q, nullable %v, ours %q, %q, %v",
			path, their.Format, their.Pattern, their.Nullable, our.Format, our.Pattern, our.Nullable)
	}
	if len(our.Required) > len(their.Required) {
		t.Errorf("%s: ours requires %v, upstream %v", path, our.Required, their.Required)
	}
	if !slices.Equal(their.XListMapKeys, our.XListMapKeys) || deref(their.XListType) != deref(our.XListType) ||
		deref(their.XMapType) != deref(our.XMapType) {
		t.Errorf("%s: upstream and ours differ in the merging of lists or maps", path)
	}
	if len(our.XValidations) > len(their.XValidations) || (our.Default == nil) != (their.Default == nil) {
		t.Errorf("%s: upstream and ours differ in rules or defaults", path)
	}
	if len(their.AnyOf) != len(our.AnyOf) {
		t.Errorf("%s: upstream and ours differ in anyOf", path)
	}
}

func deref(s *string) string { return *cmp.Or(s, new(string)) }

// compareAdditions asks that ours has the EMR fields and nothing else beside
// upstream's.
func compareAdditions(t *testing.T, kind string, theirs, ours map[string]*props) {
	t.Helper()
	var want, got []string
	if prefix := specPath(kind); prefix != "" {
		for _, field := range emrFields() {
			want = append(want, prefix+field)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(ours)) {
		if theirs[path] == nil {
			got = append(got, path+" "+typeOf(ours[path]))
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("fields that upstream has not:\n%s\nwant the EMR fields:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestConformanceOfTheRest(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		their, our := upstream(t, kind), readCRD(t, ownFile(t, kind))
		if their.Name != our.Name || their.Spec.Group != our.Spec.Group || their.Spec.Scope != our.Spec.Scope {
			t.Errorf("%s: name, group or scope differ", kind)
		}
		if fmt.Sprint(their.Spec.Names) != fmt.Sprint(our.Spec.Names) {
			t.Errorf("%s: upstream has the names %v, ours %v", kind, their.Spec.Names, our.Spec.Names)
		}
		compareVersion(t, kind, their.Spec.Versions[0], our.Spec.Versions[0])
	}
}

func compareVersion(t *testing.T, kind string, their, our apiextensionsv1.CustomResourceDefinitionVersion) {
	t.Helper()
	if their.Name != our.Name || their.Served != our.Served || their.Storage != our.Storage {
		t.Errorf("%s: the versions differ", kind)
	}
	columns := func(v apiextensionsv1.CustomResourceDefinitionVersion) []string {
		var list []string
		for _, c := range v.AdditionalPrinterColumns {
			list = append(list, fmt.Sprintf("%q %s %s %d %s", c.Name, c.Type, c.Format, c.Priority, c.JSONPath))
		}
		return list
	}
	if !slices.Equal(columns(their), columns(our)) {
		t.Errorf("%s: upstream has the columns %v, ours %v", kind, columns(their), columns(our))
	}
	subresources := func(v apiextensionsv1.CustomResourceDefinitionVersion) string {
		s := v.Subresources
		if s == nil || s.Scale == nil {
			return fmt.Sprint(s != nil && s.Status != nil)
		}
		return fmt.Sprint(s.Status != nil, s.Scale.SpecReplicasPath, s.Scale.StatusReplicasPath, deref(s.Scale.LabelSelectorPath))
	}
	if subresources(their) != subresources(our) {
		t.Errorf("%s: upstream has the subresources %s, ours %s", kind, subresources(their), subresources(our))
	}
}
