package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/helm-flink/helm-flink/schemas"
)

// compiled is a CustomResourceDefinition made ready for checks.
type compiled struct {
	namespaced bool
	served     []string
	versions   map[string]*servedVersion
}

// servedVersion is one served version of a kind. The way from a definition to
// this is that of apiextensions-apiserver v0.37.2,
// pkg/apiserver/customresource_handler.go (getOrCreateServingInfoFor).
type servedVersion struct {
	structural *structural.Structural
	validator  validation.SchemaValidator
	// hasStatus: a status that is sent with a new object is dropped.
	hasStatus bool
	// replicas is the path of the scale subresource's replicas, if it has one.
	replicas []string
	// changes: defaults or embedded objects make the server change the object
	// before it judges it.
	changes bool

	celOnce sync.Once
	cel     *cel.Validator
}

// rules returns the compiled CEL rules, or nil where there are none.
func (v *servedVersion) rules() *cel.Validator {
	v.celOnce.Do(func() { v.cel = cel.NewValidator(v.structural, true, celconfig.PerCallLimit) })
	return v.cel
}

// pinned is a definition of package schemas.
func pinned(file string) *definition {
	return &definition{load: func() (*compiled, error) {
		content, err := schemas.CRDs.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := json.Unmarshal(content, &crd); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		return compile(&crd)
	}}
}

// compile makes every served version of a definition ready. CEL rules are left
// for their first use.
func compile(crd *apiextensionsv1.CustomResourceDefinition) (*compiled, error) {
	out := &compiled{
		namespaced: crd.Spec.Scope == apiextensionsv1.NamespaceScoped, versions: map[string]*servedVersion{},
	}
	for i := range crd.Spec.Versions {
		v := &crd.Spec.Versions[i]
		if !v.Served {
			continue
		}
		if v.Schema == nil || v.Schema.OpenAPIV3Schema == nil {
			return nil, fmt.Errorf("version %s has no schema", v.Name)
		}
		one, err := compileVersion(v)
		if err != nil {
			return nil, fmt.Errorf("version %s: %w", v.Name, err)
		}
		out.served = append(out.served, v.Name)
		out.versions[v.Name] = one
	}
	if len(out.served) == 0 {
		return nil, errors.New("no version is served")
	}
	return out, nil
}

func compileVersion(v *apiextensionsv1.CustomResourceDefinitionVersion) (*servedVersion, error) {
	internal := &apiextensions.JSONSchemaProps{}
	err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v.Schema.OpenAPIV3Schema, internal, nil)
	if err != nil {
		return nil, err
	}
	s, err := structural.NewStructural(internal)
	if err != nil {
		return nil, err
	}
	if err := defaulting.PruneDefaults(s); err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(internal)
	if err != nil {
		return nil, err
	}
	out := &servedVersion{structural: s, validator: validator}
	visitor := structural.Visitor{Structural: func(s *structural.Structural) bool {
		out.changes = out.changes || s.Default.Object != nil || s.XEmbeddedResource
		return false
	}}
	visitor.Visit(s)
	if sub := v.Subresources; sub != nil {
		out.hasStatus = sub.Status != nil
		if sub.Scale != nil {
			out.replicas = strings.Split(strings.TrimPrefix(sub.Scale.SpecReplicasPath, "."), ".")
		}
	}
	return out, nil
}

// groupKind is the kind that a definition defines.
func groupKind(crd *apiextensionsv1.CustomResourceDefinition) schema.GroupKind {
	return schema.GroupKind{Group: crd.Spec.Group, Kind: crd.Spec.Names.Kind}
}
