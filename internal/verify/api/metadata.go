package api

import (
	"fmt"
	"reflect"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// metadata checks an object's metadata as the server does on creation
// (k8s.io/apimachinery v0.37.2, pkg/api/validation/objectmeta.go), name by the
// kind's own rule. It reports whether the server could read it at all.
func (c *Checker) metadata(r *report, namespaced bool, name apivalidation.ValidateNameFunc) bool {
	raw, present := r.object.Data["metadata"]
	s := strict{fields: c.fields, report: r, path: []string{"metadata"}}
	if !s.walk(raw, reflect.TypeFor[metav1.ObjectMeta]()) {
		return false
	}
	meta := &metav1.ObjectMeta{}
	if m, ok := raw.(map[string]any); ok && present {
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(m, meta); err != nil {
			r.add(diag.CodeAPIType, []string{"metadata"}, "metadata: "+err.Error(), "")
			return false
		}
	}
	r.namespace(meta, namespaced)
	switch {
	case meta.Name != "":
	case meta.GenerateName != "":
		meta.Name = meta.GenerateName + "xxxxx" // as the server does before it checks
	case r.object.Data["kind"] == "LimitRange":
		meta.Name = "made-up" // as the server does for this kind alone
	}
	r.errors(apivalidation.ValidateObjectMetaAccessor(meta, namespaced, name, field.NewPath("metadata")))
	return true
}

// namespace makes up for what a client or the server does about the namespace
// before it is checked.
func (r *report) namespace(meta *metav1.ObjectMeta, namespaced bool) {
	if namespaced && meta.Namespace == "" {
		meta.Namespace = metav1.NamespaceDefault // a client fills in its own
	}
	if !namespaced && meta.Namespace != "" {
		r.say(diag.Warning, diag.CodeAPIScope, []string{"metadata", "namespace"},
			fmt.Sprintf("metadata.namespace: %q is ignored, %v is in no namespace", meta.Namespace, r.object.Data["kind"]), "take it away")
		meta.Namespace = ""
	}
}
