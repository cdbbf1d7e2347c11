package pods

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// merge lays a role's pod template over the common one as the operator does
// (FlinkUtils.mergePodTemplates): maps are merged, and lists by position, so that
// the first item of the one goes over the first of the other, whatever their
// names. With byName, lists whose items all have names are merged by these.
// A list of plain values keeps what it has and only grows, which is a quirk of
// the operator's. The result is a copy.
func merge(common, own *v1beta1.PodTemplate, byName bool) (*v1beta1.PodTemplate, error) {
	if common == nil || own == nil {
		return copyOf(cmp.Or(common, own, &v1beta1.PodTemplate{})), nil
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
	data, err := json.Marshal(to)
	if err != nil {
		return nil, fmt.Errorf("pod template: %w", err)
	}
	out := new(v1beta1.PodTemplate)
	if err := json.Unmarshal(data, out); err != nil {
		return nil, fmt.Errorf("pod template: %w", err)
	}
	return out, nil
}

// copyOf copies the parts of a template that count.
func copyOf(t *v1beta1.PodTemplate) *v1beta1.PodTemplate {
	return &v1beta1.PodTemplate{ObjectMeta: *t.DeepCopy(), Spec: *t.Spec.DeepCopy()}
}

// tree is a pod template as JSON.
func tree(t *v1beta1.PodTemplate) (map[string]any, error) {
	out := map[string]any{}
	data, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return out, dec.Decode(&out)
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
