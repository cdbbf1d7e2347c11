package api

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// userCRD reads a CustomResourceDefinition of the user's. What the API server
// would refuse it for is reported, and then there is no definition.
func (c *Checker) userCRD(o manifest.Object) (schema.GroupKind, *definition, diag.List) {
	r := &report{object: o}
	crd := c.readCRD(r)
	if crd == nil || r.found.Has(diag.Error) {
		return schema.GroupKind{}, nil, r.found.Sorted()
	}
	gk := schema.GroupKind{Group: crd.Spec.Group, Kind: crd.Spec.Names.Kind}
	return gk, &definition{load: func() ([]byte, error) { return json.Marshal(o.Data) }}, r.found.Sorted()
}

// checkCRD checks a CustomResourceDefinition of the input.
func (c *Checker) checkCRD(r *report) { c.readCRD(r) }

// readCRD decodes a definition and has it judged by the server's own code,
// schema and CEL rules included. It returns nil where it cannot be decoded.
func (c *Checker) readCRD(r *report) *apiextensionsv1.CustomResourceDefinition {
	key := r.object.Key()
	if key.Kind != "CustomResourceDefinition" || key.APIVersion != "apiextensions.k8s.io/v1" {
		r.add(diag.CodeAPICRD, []string{"kind"},
			key.APIVersion+" "+key.Kind+" is no CustomResourceDefinition of apiextensions.k8s.io/v1", "")
		return nil
	}
	s := strict{fields: c.fields, report: r}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if !s.walk(r.object.Data, reflect.TypeFor[apiextensionsv1.CustomResourceDefinition]()) {
		return nil
	}
	if err := decode(r.object.Data, crd); err != nil {
		r.add(diag.CodeAPICRD, []string{"spec"}, err.Error(), "")
		return nil
	}
	r.namespace(&crd.ObjectMeta, false)
	apiextensionsv1.SetDefaults_CustomResourceDefinition(crd)
	internal := &apiextensions.CustomResourceDefinition{}
	if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, internal,
		nil); err != nil {
		r.add(diag.CodeAPICRD, []string{"spec"}, err.Error(), "")
		return nil
	}
	for _, e := range validation.ValidateCustomResourceDefinition(context.Background(), internal) {
		// The internal form lifts what all versions share out of them.
		if rest, ok := strings.CutPrefix(e.Field, "spec.validation."); ok {
			e.Field = "spec.versions[0].schema." + rest
		}
		r.fieldError(e, diag.CodeAPICRD)
	}
	return crd
}

// decode turns JSON-shaped data into a typed value.
func decode(data map[string]any, into any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
