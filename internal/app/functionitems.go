package app

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
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

// validationOptions reads the fields of a FlinkValidation, or of a ConfigMap, in whose
// data they are texts. They are the flags of validate.
func validationOptions(config *krm.Item, o *VerifyOptions, failOn diag.Severity) (diag.Severity, diag.List) {
	if config == nil {
		return failOn, nil
	}
	under := "spec"
	if config.Key().Kind != ValidationKind {
		under = "data"
	}
	var findings diag.List
	bad := func(key, message, hint string) {
		findings = append(findings, badConfig(config, strings.TrimSuffix(under+"."+key, "."), message, hint))
	}
	spec, isMap := config.Set[0].Data[under].(map[string]any)
	if !isMap && config.Set[0].Data[under] != nil {
		bad("", fmt.Sprintf("want a mapping under %s", under), "")
	}
	texts := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(spec)) {
		switch value := spec[key].(type) {
		case string:
			texts[key] = value
		case bool:
			texts[key] = fmt.Sprint(value)
		case []any:
			var words []string
			for _, item := range value {
				words = append(words, fmt.Sprint(item))
			}
			texts[key] = strings.Join(words, ",")
		default:
			bad(key, fmt.Sprintf("want text, got %v", value), "quote it: 1.30 is the number 1.3 otherwise")
		}
		if !slices.Contains(validationKeys(), key) {
			hint := "want some of " + strings.Join(validationKeys(), ", ")
			if near := diag.Nearest(key, validationKeys()); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			bad(key, fmt.Sprintf("a %s has no key %q", ValidationKind, key), hint)
		}
	}
	if err := o.Choose(texts["operatorVersion"], texts["kubeVersion"], texts["karpenterVersion"], texts["distribution"]); err != nil {
		fields := strings.NewReplacer("--kube-version", "kubeVersion", "--operator-version", "operatorVersion",
			"--karpenter-version", "karpenterVersion", "--distribution", "distribution")
		bad("", fields.Replace(err.Error()), "")
	}
	if text := texts["failOn"]; text != "" {
		var err error
		if failOn, err = diag.ParseSeverity(text); err != nil {
			bad("failOn", err.Error(), "")
		}
	}
	switch texts["complete"] {
	case "", "false":
	case "true":
		o.Complete = true
	default:
		bad("complete", fmt.Sprintf("want true or false, got %q", texts["complete"]), "")
	}
	o.CRDs = strings.FieldsFunc(texts["crds"], func(r rune) bool { return r == ',' })
	return failOn, findings
}

func validationKeys() []string {
	return []string{"complete", "crds", "distribution", "failOn", "karpenterVersion", "kubeVersion", "operatorVersion"}
}
