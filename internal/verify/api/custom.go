package api

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
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
	kind, err := d.compiled()
	if err != nil {
		r.add(diag.CodeAPICRD, []string{"kind"}, fmt.Sprintf("the CustomResourceDefinition of this kind cannot be used: %v", err), "")
		return
	}
	v := kind.versions[version]
	if v == nil {
		r.unserved(version, kind.served)
		return
	}
	walk := &unknownFields{report: r}
	walk.object(r.object.Data, v.structural)
	if !c.metadata(r, kind.namespaced, apivalidation.NameIsDNSSubdomain) {
		return // the server reads no further
	}
	data := v.prepared(r, walk.nulls)
	if data == nil {
		return
	}
	errs := validation.ValidateCustomResource(nil, data, v.validator)
	errs = append(errs, v.checkReplicas(data)...)
	if v.changes {
		errs = append(errs, objectmeta.Validate(context.Background(), nil, data, v.structural, false)...)
	}
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, v.structural, data)...)
	r.errors(errs)
	if !blocks(errs) {
		v.checkRules(r, data)
	}
	if r.object.Data["kind"] == "NodePool" {
		checkNodePool(r, data)
	}
}

// unserved reports a version of a known kind that the API does not serve.
func (r *report) unserved(version string, served []string) {
	apiVersion, _ := r.object.Data["apiVersion"].(string)
	group := strings.TrimSuffix(apiVersion, version)
	hint := "write apiVersion: " + group + served[len(served)-1]
	if strings.HasPrefix(group, "karpenter.") && version == "v1beta1" {
		hint += "; " + karpenterMoves()
	}
	r.add(diag.CodeAPIVersion, []string{"apiVersion"},
		fmt.Sprintf("apiVersion: %s %s is not served, %s is", apiVersion, r.object.Data["kind"], strings.Join(served, ", ")), hint)
}

// prepared is the object as the server judges it: without the status that a
// create drops, without nulls, with defaults. It is the object itself, or a copy
// of as much as changes; nil when the server cannot read an embedded object.
func (v *servedVersion) prepared(r *report, nulls bool) map[string]any {
	data := r.object.Data
	if v.changes || nulls {
		data = runtime.DeepCopyJSON(data)
		defaulting.PruneNonNullableNullsWithoutDefaults(data, v.structural)
		if err := objectmeta.Coerce(nil, data, v.structural, false, false); err != nil {
			r.errors(field.ErrorList{err})
			return nil
		}
		defaulting.Default(data, v.structural)
	}
	if v.hasStatus && data["status"] != nil {
		data = maps.Clone(data)
		delete(data, "status")
	}
	return data
}

// checkReplicas is ValidateScaleSpec of the server's validator.
func (v *servedVersion) checkReplicas(data map[string]any) field.ErrorList {
	if v.replicas == nil {
		return nil
	}
	path := field.NewPath(v.replicas[0], v.replicas[1:]...)
	replicas, _, err := unstructured.NestedInt64(data, v.replicas...)
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
func (v *servedVersion) checkRules(r *report, data map[string]any) {
	rules := v.rules()
	if rules == nil {
		return
	}
	errs, _ := rules.Validate(context.Background(), nil, v.structural, data, nil, celconfig.RuntimeCELCostBudget)
	for _, e := range errs {
		r.fieldError(e, diag.CodeAPIRule)
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

// unknownFields finds the fields that a schema does not have, as the server's
// pruning does, but takes nothing away.
type unknownFields struct {
	*report
	path  []string
	nulls bool // there is a null
}

// object starts at the root, whose head every schema has.
func (u *unknownFields) object(data map[string]any, s *structural.Structural) {
	root := *s
	root.XEmbeddedResource = true
	u.walk(data, &root)
}

func (u *unknownFields) walk(x any, s *structural.Structural) {
	switch x := x.(type) {
	case nil:
		u.nulls = true
	case map[string]any:
		for key, value := range x {
			if s != nil && s.XEmbeddedResource && (key == "apiVersion" || key == "kind" || key == "metadata") {
				continue
			}
			u.path = append(u.path, key)
			u.field(value, key, s)
			u.path = u.path[:len(u.path)-1]
		}
	case []any:
		var items *structural.Structural
		if s != nil {
			items = s.Items
		}
		for i, value := range x {
			u.path = append(u.path, strconv.Itoa(i))
			if items != nil || s == nil || !s.XPreserveUnknownFields {
				u.walk(value, items)
			}
			u.path = u.path[:len(u.path)-1]
		}
	}
}

// field looks at the value of one key of a map.
func (u *unknownFields) field(value any, key string, s *structural.Structural) {
	if s == nil {
		u.unknownField(slices.Clone(u.path), nil)
		return
	}
	if property, ok := s.Properties[key]; ok {
		u.walk(value, &property)
		return
	}
	switch {
	case s.AdditionalProperties != nil:
		u.walk(value, s.AdditionalProperties.Structural)
	case !s.XPreserveUnknownFields:
		u.unknownField(slices.Clone(u.path), slices.Collect(maps.Keys(s.Properties)))
	}
}

func (r *report) unknownField(path []string, known []string) {
	key := path[len(path)-1]
	hint := didYouMean(key, known)
	if hint == "" {
		hint = "take it away, or move it to where it belongs"
	}
	r.add(diag.CodeAPIUnknown, path, fmt.Sprintf("%s: unknown field %q", dotted(path), key), hint)
}
