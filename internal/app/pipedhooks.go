package app

import (
	"fmt"
	"maps"
	"strings"

	"github.com/helm-flink/helm-flink/internal/chart"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/krm"
)

// unhooked makes ordinary objects of the hooks of a chart that somebody else rendered:
// Helm runs no hook of a release whose objects come from manifests, and does not remove
// what bears helm.sh/hook when the release goes
// (https://helm.sh/docs/topics/charts_hooks/). A hook that an installation does not run,
// such as a test, is left out, and so is one that is there again without the annotation.
// Each hook is told with a finding at its place.
func unhooked(set manifest.Set) (manifest.Set, diag.List) {
	var out manifest.Set
	var findings diag.List
	plain := map[manifest.Key]bool{}
	for _, o := range set {
		plain[o.Key()] = plain[o.Key()] || krm.Annotation(o, chart.HookAnnotation) == ""
	}
	for _, o := range set {
		times := krm.Annotation(o, chart.HookAnnotation)
		said := ""
		switch {
		case times == "":
			out = append(out, o)
			continue
		case !chart.Installs(o.Data):
			said = "is left out: an installation does not make it"
		case plain[o.Key()]:
			said = "is left out: it is there again as an ordinary object"
		default:
			said = "becomes an ordinary object of the release: it is made with the others, and goes with them"
			out = append(out, withoutHook(o))
		}
		findings = append(findings, diag.Finding{
			Code: diag.CodeManifestShape, Severity: diag.Info, Pos: o.Origin.Pos,
			Message: fmt.Sprintf("%s, a hook of Helm (%s), %s", o.Key(), times, said),
			Hint:    "helm template --no-hooks leaves hooks out",
		})
	}
	return out, findings
}

// withoutHook gives a copy of an object without the annotations by which it is a hook.
func withoutHook(o manifest.Object) manifest.Object {
	o.Data = maps.Clone(o.Data)
	meta, _ := o.Data["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	meta, annotations = maps.Clone(meta), maps.Clone(annotations)
	maps.DeleteFunc(annotations, func(key string, _ any) bool {
		return key == chart.HookAnnotation || strings.HasPrefix(key, chart.HookAnnotation+"-")
	})
	if meta["annotations"] = annotations; len(annotations) == 0 {
		delete(meta, "annotations")
	}
	o.Data["metadata"] = meta
	return o
}
