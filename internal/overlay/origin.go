package overlay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strconv"

	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/standin"
)

// originKey is the annotation that carries an object's index in the set through
// Kustomize. It is put on before and taken off after, wherever it got to.
const originKey = "internal.helm-flink.dev/origin"

// tagged writes some of the set as a list in one JSON document, which Kustomize reads in less time than
// one document each: every object with its tag and without what
// leave takes out of a copy of its data.
func tagged(set manifest.Set, indexes []int, leave func(map[string]any)) ([]byte, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	b.WriteString(`{"apiVersion":"v1","kind":"List","items":[`)
	for n, i := range indexes {
		o := set[i]
		data := maps.Clone(o.Data)
		meta := child(data, "metadata")
		annotations := child(meta, "annotations")
		annotations[originKey] = strconv.Itoa(i)
		meta["annotations"], data["metadata"] = annotations, meta
		leave(data)
		doc, err := json.Marshal(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Key(), err)
		}
		if n > 0 {
			b.WriteByte(',')
		}
		b.Write(doc)
	}
	b.WriteString("]}")
	return b.Bytes(), nil
}

// child is a copy of the map under key, empty if there is none.
func child(m map[string]any, key string) map[string]any {
	c, _ := m[key].(map[string]any)
	if c = maps.Clone(c); c == nil {
		c = map[string]any{}
	}
	return c
}

// untagged turns Kustomize's result into objects, each with its index in the set,
// or -1 for one that was not in it. indexes are the objects that Kustomize was given, left is what
// was taken out of them.
func untagged(built resmap.ResMap, set manifest.Set, indexes []int, left *standin.Values) (manifest.Set, []int, error) {
	byKey := make(map[manifest.Key]int, len(indexes))
	for _, i := range indexes {
		byKey[set[i].Key()] = i
	}
	out, from := make(manifest.Set, 0, built.Size()), make([]int, 0, built.Size())
	for _, res := range built.Resources() {
		data, err := object(res)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", res.CurId(), err)
		}
		o := manifest.Object{Data: data}
		i, ok := tag(o.Data, len(set))
		if !ok { // the overlay wrote the annotations anew
			i, ok = byKey[o.Key()]
		}
		strip(o.Data)
		left.Restore(o.Data)
		if ok {
			o.Origin = set[i].Origin
			restoreAnnotations(o.Data, set[i].Data)
			o.Data, _ = shareMap(o.Data, set[i].Data)
		} else {
			i = -1
		}
		out, from = append(out, o), append(from, i)
	}
	return out, from, nil
}

// tag reads an object's index in a set of n.
func tag(data map[string]any, n int) (int, bool) {
	meta, _ := data["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	s, _ := annotations[originKey].(string)
	i, err := strconv.Atoi(s)
	return i, err == nil && i >= 0 && i < n
}

// strip takes the tag off at every depth: an overlay can copy annotations.
func strip(v any) {
	switch v := v.(type) {
	case map[string]any:
		delete(v, originKey)
		for _, item := range v {
			strip(item)
		}
	case []any:
		for _, item := range v {
			strip(item)
		}
	}
}

// restoreAnnotations gives empty annotations the form that they had: absent,
// null or empty.
func restoreAnnotations(data, before map[string]any) {
	meta, _ := data["metadata"].(map[string]any)
	annotations, ok := meta["annotations"].(map[string]any)
	if !ok || len(annotations) > 0 {
		return
	}
	old, _ := before["metadata"].(map[string]any)
	value, had := old["annotations"]
	if m, isMap := value.(map[string]any); !had || isMap && len(m) > 0 {
		delete(meta, "annotations")
	} else {
		meta["annotations"] = value
	}
}

// share gives data with the parts that are as they were in place of the new ones, which are then
// garbage: an overlay changes little of most objects, and both are kept. It reports
// whether all is as it was. Nothing is changed in place: what stood for something may be a part of other objects too.
func share(after, before any) (any, bool) {
	switch after := after.(type) {
	case map[string]any:
		before, ok := before.(map[string]any)
		if !ok {
			return after, false
		}
		return shareMap(after, before)
	case []any:
		before, ok := before.([]any)
		if !ok {
			return after, false
		}
		return shareList(after, before)
	case string:
		before, ok := before.(string)
		if ok && after == before {
			return before, true // its text is in memory once
		}
		return after, false
	default:
		return after, after == before
	}
}

func shareMap(after, before map[string]any) (map[string]any, bool) {
	if reflect.ValueOf(after).UnsafePointer() == reflect.ValueOf(before).UnsafePointer() {
		return before, true
	}
	same := len(after) == len(before)
	out := make(map[string]any, len(after))
	for key, item := range after {
		old, had := before[key]
		if !had {
			out[key], same = item, false
			continue
		}
		one, as := share(item, old)
		out[key], same = one, same && as
	}
	if same {
		return before, true
	}
	return out, false
}

func shareList(after, before []any) (any, bool) {
	same := len(after) == len(before)
	out := make([]any, len(after))
	for i, item := range after {
		if i >= len(before) {
			out[i], same = item, false
			continue
		}
		one, as := share(item, before[i])
		out[i], same = one, same && as
	}
	if same {
		return before, true
	}
	return out, false
}
