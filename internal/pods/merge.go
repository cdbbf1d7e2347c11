package pods

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// merge lays a role's pod template over the common one as the operator does
// (FlinkUtils.mergePodTemplates): maps are merged, and lists by position, so that
// the first item of the one goes over the first of the other, whatever their
// names. With byName, lists whose items all have names are merged by these.
// A list of plain values keeps what it has and only grows, which is a quirk of
// the operator's. Of the metadata, labels and annotations alone
// are in the result, which may share parts with the two.
func merge(common, own *v1beta1.PodTemplate, byName bool) (*v1beta1.PodTemplate, error) {
	if common == nil || own == nil {
		return shared(cmp.Or(common, own, &v1beta1.PodTemplate{})), nil
	}
	to, err := tree(common)
	if err != nil {
		return nil, err
	}
	from, err := tree(own)
	if err != nil {
		return nil, err
	}
	mergeInto(to, from, byName)
	out := new(v1beta1.PodTemplate)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(to, &out.Spec); err != nil {
		return nil, fmt.Errorf("pod template: %w", err)
	}
	out.Labels, out.Annotations = merged(common.Labels, own.Labels), merged(common.Annotations, own.Annotations)
	return out, nil
}

// shared is a template with the parts of t that count, of which the lists that
// group changes or adds to are copied on the way.
func shared(t *v1beta1.PodTemplate) *v1beta1.PodTemplate {
	out := &v1beta1.PodTemplate{Spec: t.Spec}
	out.Labels, out.Annotations = t.Labels, t.Annotations
	out.Spec.Containers = slices.Clone(t.Spec.Containers)
	out.Spec.Tolerations = slices.Clip(t.Spec.Tolerations)
	out.Spec.ImagePullSecrets = slices.Clip(t.Spec.ImagePullSecrets)
	return out
}

// tree is the spec of a pod template as JSON has it, without nulls.
func tree(t *v1beta1.PodTemplate) (map[string]any, error) {
	out, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&t.Spec)
	if err != nil {
		return nil, fmt.Errorf("pod template: %w", err)
	}
	v1beta1.DropNulls(out)
	return out, nil
}

func mergeInto(to, from map[string]any, byName bool) {
	for key, value := range from {
		old := to[key]
		oldMap, wasMap := old.(map[string]any)
		newMap, isMap := value.(map[string]any)
		oldList, wasList := old.([]any)
		newList, isList := value.([]any)
		switch {
		case wasList && isList:
			to[key] = mergeLists(oldList, newList, byName)
		case wasMap && isMap:
			mergeInto(oldMap, newMap, byName)
		default:
			to[key] = value
		}
	}
}

func mergeLists(to, from []any, byName bool) []any {
	toNames, toNamed := names(to)
	fromNames, fromNamed := names(from)
	places := map[string]int{}
	byName = byName && toNamed && fromNamed
	if byName {
		for i, name := range toNames {
			places[name] = i
		}
	}
	for i, item := range from {
		at, found := i, i < len(to)
		if byName {
			at, found = places[fromNames[i]]
		}
		if !found {
			if byName {
				places[fromNames[i]] = len(to)
			}
			to = append(to, item)
			continue
		}
		oldMap, wasMap := to[at].(map[string]any)
		newMap, isMap := item.(map[string]any)
		if wasMap && isMap {
			mergeInto(oldMap, newMap, byName)
		}
	}
	return to
}

// names gives the names of the items; ok is false if one has none.
func names(list []any) (out []string, ok bool) {
	for _, item := range list {
		m, _ := item.(map[string]any)
		name, isText := m["name"].(string)
		if !isText {
			return nil, false
		}
		out = append(out, name)
	}
	return out, true
}
