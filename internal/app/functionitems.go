package app

import (
	"maps"
	"reflect"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/krm"
)

// generatedBy is the annotation of an object that a FlinkPlatform of this name made,
// where the items are files that stay: by it the next run finds what is not made any
// more. Kustomize starts from nothing each time, and its objects do not have it.
const generatedBy = "helm-flink.dev/generated-by"

// merged puts what was made among the items: in the place of an item that is the same
// object, which keeps the annotations of its tool, or at the end. An item that the
// same FlinkPlatform made before, and does not make now, is left out; and the
// functionConfig itself, which Kustomize hands to a generator as an item.
func merged(list *krm.List, made manifest.Set) []krm.Item {
	mark := list.Config.Key().Name
	if list.ByKustomize() {
		mark = ""
	}
	rest := make(map[manifest.Key]manifest.Object, len(made))
	for _, o := range made {
		if mark != "" {
			o = annotated(o, map[string]any{generatedBy: mark})
		}
		rest[o.Key()] = o
	}
	var items []krm.Item
	for _, item := range list.Items {
		o, again := rest[item.Key()]
		switch {
		case again && len(item.Set) == 1:
			delete(rest, item.Key())
			items = append(items, replaced(item, o))
		case item.Key() == list.Config.Key() && !item.Kept():
		case mark != "" && item.Annotation(generatedBy) == mark:
		default:
			items = append(items, item)
		}
	}
	for _, o := range made {
		if o, left := rest[o.Key()]; left {
			items = append(items, krm.Item{Set: manifest.Set{o}})
		}
	}
	return items
}

// replaced is an item with another content. One whose content is the same keeps its
// text.
func replaced(item krm.Item, o manifest.Object) krm.Item {
	own := map[string]any{}
	meta, _ := item.Set[0].Data["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	for key, value := range annotations {
		if krm.Tool(key) {
			own[key] = value
		}
	}
	if o = annotated(o, own); reflect.DeepEqual(o.Data, item.Set[0].Data) {
		return item
	}
	return krm.Item{Set: manifest.Set{o}, File: item.File, Index: item.Index}
}

// annotated is an object with more annotations.
func annotated(o manifest.Object, more map[string]any) manifest.Object {
	if len(more) == 0 {
		return o
	}
	data := maps.Clone(o.Data)
	meta, _ := data["metadata"].(map[string]any)
	meta = maps.Clone(meta)
	annotations, _ := meta["annotations"].(map[string]any)
	all := maps.Clone(more)
	maps.Copy(all, annotations)
	meta["annotations"], data["metadata"] = all, meta
	o.Data = data
	return o
}

// sent are the objects of items that go to a cluster and are not among those that
// were made.
func sent(items []krm.Item, made manifest.Set) manifest.Set {
	keys := make(map[manifest.Key]bool, len(made))
	for _, o := range made {
		keys[o.Key()] = true
	}
	var out manifest.Set
	for _, item := range items {
		if item.Local() {
			continue
		}
		for _, o := range item.Set {
			if !keys[o.Key()] {
				out = append(out, o)
			}
		}
	}
	return out
}
