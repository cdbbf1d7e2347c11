package api

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// checkCustom checks an object of a kind that a CustomResourceDefinition
// defines, in the server's order: unknown fields, defaults, metadata, schema,
// lists, CEL rules (apiextensions-apiserver v0.37.2,
// pkg/registry/customresource/strategy.go).
func (c *Checker) checkCustom(r *report, d *definition, version string) {
	kind, err := d.outline()
	if err != nil {
		r.unusable(err)
		return
	}
	nodes := kind.versions[version]
	if nodes == nil {
		r.unserved(version, kind.served)
		return
	}
	walk := &fieldWalk{report: r}
	walk.object(r.object.Data, nodes.root)
	if !c.metadata(r, kind.namespaced, apivalidation.NameIsDNSSubdomain) {
		return // the server reads no further
	}
	r.errors(nodes.checkReplicas(r.object.Data))
	if !walk.doubt && !nodes.demanding {
		return // the server's validator would find nothing
	}
	v, err := nodes.compiled()
	if err != nil {
		r.unusable(err)
		return
	}
	if err := v.check(r, walk.nulls); err != nil {
		r.unusable(err)
	}
	if key := r.object.Key(); key.Kind == "NodePool" && strings.HasPrefix(key.APIVersion, "karpenter.sh/") {
		checkNodePool(r)
	}
}

// check is the server's own code, as far as the schema gives it something to do.
func (v *servedVersion) check(r *report, nulls bool) error {
	var s *structural.Structural
	if v.changes || v.unique || nulls {
		var err error
		if s, err = v.structure(); err != nil {
			return err
		}
	}
	data := v.prepared(r, s, nulls)
	if data == nil {
		return nil
	}
	errs := validation.ValidateCustomResource(nil, data, v.validator)
	if s != nil {
		errs = append(errs, objectmeta.Validate(context.Background(), nil, data, s, false)...)
		errs = append(errs, listtype.ValidateListSetsAndMaps(nil, s, data)...)
	}
	r.errors(errs)
	if v.changes && !blocks(errs) {
		v.checkRules(r, s, data)
	}
	return nil
}

func (r *report) unusable(err error) {
	r.add(diag.CodeAPICRD, []string{"kind"}, fmt.Sprintf("the CustomResourceDefinition of this kind cannot be used: %v", err), "")
}

// unserved reports a version of a known kind that the API does not serve.
func (r *report) unserved(version string, served []string) {
	apiVersion, _ := r.object.Data["apiVersion"].(string)
	group := strings.TrimSuffix(apiVersion, version)
	hint := "write apiVersion: " + group + served[len(served)-1]
	r.add(diag.CodeAPIVersion, []string{"apiVersion"},
		fmt.Sprintf("apiVersion: %s %s is not served, %s is", apiVersion, r.object.Data["kind"], strings.Join(served, ", ")), hint)
	if strings.HasPrefix(group, "karpenter.") && version == "v1beta1" {
		movedKarpenter(r)
	}
}

// prepared is the object as the server judges it: without the status that a
// create drops, without nulls, with defaults. It is the object itself, or a copy
// of as much as changes; nil when the server cannot read an embedded object.
func (v *servedVersion) prepared(r *report, s *structural.Structural, nulls bool) map[string]any {
	data := r.object.Data
	if v.changes || nulls {
		data = runtime.DeepCopyJSON(data)
		defaulting.PruneNonNullableNullsWithoutDefaults(data, s)
		if err := objectmeta.Coerce(nil, data, s, false, false); err != nil {
			r.errors(field.ErrorList{err})
			return nil
		}
		defaulting.Default(data, s)
	}
	if v.hasStatus && data["status"] != nil {
		data = maps.Clone(data)
		delete(data, "status")
	}
	return data
}

// checkReplicas is ValidateScaleSpec of the server's validator.
func (v *outlineVersion) checkReplicas(data map[string]any) field.ErrorList {
	if v.subresources == nil || v.subresources.Scale == nil {
		return nil
	}
	steps := strings.Split(strings.TrimPrefix(v.subresources.Scale.SpecReplicasPath, "."), ".")
	path := field.NewPath(steps[0], steps[1:]...)
	replicas, _, err := unstructured.NestedInt64(data, steps...)
	switch {
	case err != nil:
		return nil // the schema says it
	case replicas < 0:
		return field.ErrorList{field.Invalid(path, replicas, "should be a non-negative integer")}
	case replicas > math.MaxInt32:
		return field.ErrorList{field.Invalid(path, replicas, fmt.Sprintf("should be less than or equal to %v", math.MaxInt32))}
	}
	return nil
}

// checkRules evaluates the CEL rules.
func (v *servedVersion) checkRules(r *report, s *structural.Structural, data map[string]any) {
	budget := int64(celconfig.RuntimeCELCostBudget)
	for _, rules := range v.rules(s, data) {
		var errs field.ErrorList
		errs, budget = rules.Validate(context.Background(), nil, s, data, nil, budget)
		for _, e := range errs {
			r.fieldError(e, diag.CodeAPIRule)
		}
		if budget < 0 {
			return // the server evaluates no more
		}
	}
}

// blocks reports whether the server would not come to the CEL rules.
func blocks(errs field.ErrorList) bool {
	return slices.ContainsFunc(errs, func(e *field.Error) bool {
		switch e.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany,
			field.ErrorTypeTypeInvalid:
			return true
		default:
			return false
		}
	})
}
