package rules

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// decoded reads an object of a built-in kind; ok is false for one whose fields
// have other types, which the check of the API says.
func decoded[T any](o *model.Object) (*T, bool) {
	out := new(T)
	err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Data, out)
	return out, err == nil
}
