package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"

	"github.com/helm-flink/helm-flink/schemas"
)

// definition is a CustomResourceDefinition that is read at its first use.
type definition struct {
	load func() ([]byte, error)
	once sync.Once
	kind *outline
	err  error
}

// pinned is a definition of package schemas.
func pinned(file string) *definition {
	return &definition{load: func() ([]byte, error) { return schemas.CRDs.ReadFile(file) }}
}

// outline is a definition in nodes: see node.
type outline struct {
	namespaced bool
	served     []string
	versions   map[string]*outlineVersion
}

// outlineVersion is a served version, and the way to compile it.
type outlineVersion struct {
	name      string
	root      *node
	demanding bool
	// load gives the definition again: few schemas are compiled, and keeping the
	// text of each would take reading it twice.
	load func() ([]byte, error)
	// subresources decide what a create drops, and what replicas may be.
	subresources *apiextensionsv1.CustomResourceSubresources

	once sync.Once
	got  *servedVersion
	err  error
}

func (d *definition) outline() (*outline, error) {
	d.once.Do(func() {
		var content []byte
		if content, d.err = d.load(); d.err == nil {
			d.kind, d.err = readOutline(content, d.load)
		}
	})
	return d.kind, d.err
}

// document is a definition with its schemas in some form.
type document[S any] struct {
	Spec struct {
		Scope    apiextensionsv1.ResourceScope `json:"scope"`
		Versions []struct {
			Name   string `json:"name"`
			Served bool   `json:"served"`
			Schema struct {
				OpenAPIV3Schema S `json:"openAPIV3Schema"`
			} `json:"schema"`
			Subresources *apiextensionsv1.CustomResourceSubresources `json:"subresources"`
		} `json:"versions"`
	} `json:"spec"`
}

func readOutline(content []byte, load func() ([]byte, error)) (*outline, error) {
	var crd document[*node]
	if err := json.Unmarshal(content, &crd); err != nil {
		return nil, err
	}
	out := &outline{namespaced: crd.Spec.Scope == apiextensionsv1.NamespaceScoped, versions: map[string]*outlineVersion{}}
	for _, v := range crd.Spec.Versions {
		if !v.Served {
			continue
		}
		one := &outlineVersion{name: v.Name, root: v.Schema.OpenAPIV3Schema, subresources: v.Subresources, load: load}
		if one.root == nil {
			return nil, fmt.Errorf("version %s: no schema", v.Name)
		}
		one.demanding = one.root.demanding()
		out.served = append(out.served, v.Name)
		out.versions[v.Name] = one
	}
	if len(out.served) == 0 {
		return nil, errors.New("no version is served")
	}
	return out, nil
}

// servedVersion is a served version of a kind, ready for the server's own code.
// The way from a definition to this is that of apiextensions-apiserver v0.37.2,
// pkg/apiserver/customresource_handler.go (getOrCreateServingInfoFor).
type servedVersion struct {
	internal  *apiextensions.JSONSchemaProps
	validator validation.SchemaValidator
	// hasStatus: a status that is sent with a new object is dropped.
	hasStatus bool
	// changes: defaults or embedded objects make the server change the object
	// before it judges it.
	changes bool

	// unique: some lists are sets or maps.
	unique bool

	structuralOnce sync.Once
	structural     *structural.Structural
	structuralErr  error

	// compiling guards what follows: the parts that have CEL rules, and the rules
	// that are compiled, each in one of the validators.
	compiling sync.Mutex
	ruled     *ruled
	cel       []*cel.Validator
}

// structure returns the structural schema, which defaults, sets and rules need.
func (v *servedVersion) structure() (*structural.Structural, error) {
	v.structuralOnce.Do(func() {
		if v.structural, v.structuralErr = structural.NewStructural(v.internal); v.structuralErr == nil {
			v.structuralErr = defaulting.PruneDefaults(v.structural)
			v.ruled = ruledParts(v.structural)
		}
	})
	return v.structural, v.structuralErr
}

// rules returns the compiled CEL rules, among them all that an object can break.
func (v *servedVersion) rules(s *structural.Structural, data map[string]any) []*cel.Validator {
	v.compiling.Lock()
	defer v.compiling.Unlock()
	if v.ruled.want(data) {
		v.cel = append(v.cel, v.ruled.compile(s))
	}
	return v.cel
}

// compiled returns the version made ready. CEL rules are left for their first
// use.
func (v *outlineVersion) compiled() (*servedVersion, error) {
	v.once.Do(func() { v.got, v.err = v.compile() })
	return v.got, v.err
}

func (v *outlineVersion) compile() (*servedVersion, error) {
	internal, err := v.props()
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(internal)
	if err != nil {
		return nil, err
	}
	return &servedVersion{
		internal: internal, validator: validator, changes: v.demanding, unique: v.root.unique(),
		hasStatus: v.subresources != nil && v.subresources.Status != nil,
	}, nil
}

// props is the schema in the form that the server works on.
func (v *outlineVersion) props() (*apiextensions.JSONSchemaProps, error) {
	if v.root.whole() {
		return v.root.props(), nil
	}
	content, err := v.load()
	if err != nil {
		return nil, err
	}
	var crd document[*apiextensionsv1.JSONSchemaProps]
	if err := json.Unmarshal(content, &crd); err != nil {
		return nil, err
	}
	internal := &apiextensions.JSONSchemaProps{}
	for _, version := range crd.Spec.Versions {
		if version.Name == v.name {
			err = apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(
				version.Schema.OpenAPIV3Schema, internal, nil)
		}
	}
	return internal, err
}
