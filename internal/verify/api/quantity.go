package api

import (
	"fmt"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

// Bounded reports whether an object with these findings can be decoded in a
// bounded time: Check has found no quantity that takes long to read.
func Bounded(findings diag.List) bool {
	return !slices.ContainsFunc(findings, func(f diag.Finding) bool { return f.Code == diag.CodeAPIQuantity })
}

// quantities reports the quantities in a Flink resource that take long to read.
// Its CustomResourceDefinition knows them as text; who decodes the resource
// reads them.
func (c *Checker) quantities(r *report) {
	if quantity.AllBounded(r.object.Data) {
		return
	}
	t, ok := flinkType(r.object.Key())
	if !ok {
		return
	}
	s := strict{fields: c.fields, report: &report{object: r.object}}
	s.walk(r.object.Data, t)
	for _, f := range s.found {
		if f.Code == diag.CodeAPIQuantity {
			r.found = append(r.found, f)
		}
	}
}

// flinkType is the Go type of a Flink resource.
func flinkType(k manifest.Key) (reflect.Type, bool) {
	if k.APIVersion != v1beta1.APIVersion {
		return nil, false
	}
	switch k.Kind {
	case v1beta1.KindFlinkDeployment:
		return reflect.TypeFor[v1beta1.FlinkDeployment](), true
	case v1beta1.KindFlinkBlueGreenDeployment:
		return reflect.TypeFor[v1beta1.FlinkBlueGreenDeployment](), true
	default: // the others hold no quantities
		return nil, false
	}
}

// unbounded reports a quantity that takes long to read.
func (s *strict) unbounded(x any, t reflect.Type) bool {
	text, isText := x.(string)
	if t != reflect.TypeFor[resource.Quantity]() || !isText || quantity.Bounded(text) {
		return false
	}
	s.broken = true
	s.add(diag.CodeAPIQuantity, slices.Clone(s.path),
		fmt.Sprintf("%s: quantity %.40q has too many digits to be read", dotted(s.path), text), foreignHint(t))
	return true
}
