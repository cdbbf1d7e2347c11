package overlay

import (
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// entryRules are the texts about entries of a kustomization that match nothing, or
// more than one.
func entryRules() []rule {
	return []rule{
		{`resource with name (\S+) does not match a config`, func(e *explainer, sub []string) {
			e.out.Message = fmt.Sprintf("replicas: there is no %s that has replicas", sub[1])
			e.out.Hint = "of Flink's kinds FlinkDeployment and FlinkBlueGreenDeployment have: their TaskManagers"
			e.at(nodePosition(e.files, sub[1], "replicas", "name"))
		}},
		{`nothing selected by (\S+?)(?::|$)`, func(e *explainer, sub []string) {
			e.out.Message = fmt.Sprintf("the source of a replacement, %s, is not among the objects", selection(sub[1]))
			e.at(e.replacement("source"))
		}},
		{`multiple matches for selector (\S+?)(?::|$)`, func(e *explainer, sub []string) {
			e.out.Message = fmt.Sprintf("the source of a replacement, %s, is more than one object", selection(sub[1]))
			e.out.Hint = "give its kind, name and namespace"
			e.at(e.replacement("source"))
		}},
		{"fieldPath `(.*?)` is missing for replacement source (\\S+)", func(e *explainer, sub []string) {
			e.out.Message = fmt.Sprintf("the source of a replacement, %s, has no %s", selection(sub[2]), sub[1])
			e.at(scalarUnder(e.files, "replacements", sub[1]))
		}},
		{`unable to find field "(.*)" in replacement target`, func(e *explainer, sub []string) {
			e.out.Message = fmt.Sprintf("the target of a replacement has no %s", sub[1])
			e.out.Hint = "correct the path, or have the field made with options: { create: true }"
			e.at(scalarUnder(e.files, "replacements", sub[1]))
		}},
		{`(ConfigMap|Secret) (\S+) does not exist; cannot merge or replace`, func(e *explainer, sub []string) {
			e.out.Message = fmt.Sprintf("a generator is to change %s %s, which is not among the objects", sub[1], sub[2])
			e.out.Hint = "give its namespace too, or take behavior out to make a new one"
			e.at(nodePosition(e.files, sub[2], strings.ToLower(sub[1][:1])+sub[1][1:]+"Generator", "name"))
		}},
		{`error in remove for path: '(.*?)'|doc is missing key: (\S+): missing`, func(e *explainer, sub []string) {
			path := sub[1] + sub[2]
			e.out.Message = fmt.Sprintf("a JSON patch does not apply: the object has no %s", path)
			e.at(patchPosition(e.files, func(text string) bool { return strings.Contains(text, path) }))
		}},
		{`testing value (\S+) failed`, func(e *explainer, sub []string) {
			e.out.Message = fmt.Sprintf("a JSON patch does not apply: its test of %s failed", sub[1])
			e.at(patchPosition(e.files, func(text string) bool { return strings.Contains(text, sub[1]) }))
		}},
	}
}

// selection says an id of Kustomize's in which parts may be left out: Kind.version.group/name.namespace.
func selection(id string) string {
	return strings.NewReplacer("[noKind]", "any kind", "[noName]", "of any name").Replace(parseID(id).String())
}

// replacement is the place of a key of the only replacement, or of the list.
func (e *explainer) replacement(key string) diag.Position {
	for _, f := range e.files {
		all := items(value(f.node, "replacements"))
		if len(all) == 1 {
			if k, _ := entry(all[0], key); k != nil {
				return f.place(k)
			}
		}
		if len(all) > 0 {
			return f.place(all[0])
		}
	}
	return diag.Position{}
}

// nodePosition finds an entry of a list by a scalar in it.
func nodePosition(files []*file, want, list, key string) diag.Position {
	for _, f := range files {
		for _, item := range items(value(f.node, list)) {
			if n := value(item, key); n != nil && text(n) == want {
				return f.place(n)
			}
		}
	}
	return diag.Position{}
}

// scalarUnder finds a scalar below a field of a kustomization.
func scalarUnder(files []*file, field, want string) diag.Position {
	for _, f := range files {
		if n := findScalar(value(f.node, field), want); n != nil && n.Kind == yaml.ScalarNode {
			return f.place(n)
		}
	}
	return diag.Position{}
}
