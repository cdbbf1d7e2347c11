package api

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// PodFault is one reason for which the API server refuses a pod.
type PodFault struct {
	// Field names the field by keys and indexes from the pod's root:
	// spec, containers, 0, image.
	Field []string
	// Message is the server's, on one line and without the field. Hint says what
	// to do about it, and may be empty.
	Message, Hint string
}

// PodFaults returns what a server of that version, major.minor or empty for the
// newest, would refuse a pod of its own for, or with lasting the template of a
// Deployment: what Check says of these kinds, in the order of the fields. The
// template is not changed.
func PodFaults(kubeVersion string, t *corev1.PodTemplateSpec, lasting bool) ([]PodFault, error) {
	kube, err := parseVersion(kubeVersion)
	if err != nil {
		return nil, err
	}
	found := &check{kube: kube}
	if lasting {
		found.lasting(nil, t, "Deployment")
	} else {
		found.template(nil, t)
		natural(found, field.NewPath("spec", "terminationGracePeriodSeconds"), t.Spec.TerminationGracePeriodSeconds)
	}
	if len(found.errs) == 0 {
		return nil, nil
	}
	data, err := runtime.DefaultUnstructuredConverter.ToUnstructured(t)
	if err != nil {
		return nil, err
	}
	r := &report{object: manifest.Object{Data: data}}
	var out []PodFault
	for _, e := range found.errs {
		code := codeOf(e)
		out = append(out, PodFault{
			Field: r.pair(r.steps(e.Field), e.BadValue), Message: lowerFirst(oneLine(plain(e.ErrorBody()))), Hint: hintOf(e, code),
		})
	}
	slices.SortStableFunc(out, func(a, b PodFault) int {
		if order := slices.Compare(a.Field, b.Field); order != 0 {
			return order
		}
		return strings.Compare(a.Message, b.Message)
	})
	return slices.CompactFunc(out, func(a, b PodFault) bool {
		return slices.Equal(a.Field, b.Field) && a.Message == b.Message
	}), nil
}
