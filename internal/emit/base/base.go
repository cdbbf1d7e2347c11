package base

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v2"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/schemas"
)

// KindsDir is the folder of what Kustomize must know of Flink's kinds.
const KindsDir = "flink-kinds"

// File is the name of a kustomization.
const File = "kustomization.yaml"

// Lay lays each unit below dir as a Kustomize base, and dir itself as the base
// of them all, whose `kustomize build` gives the objects in the set's order. Every
// base hands what Kustomize must know of Flink's kinds on to the overlays over it.
// The error is that an object is there twice or cannot be written.
func Lay(dir string, units []Unit) (emit.Tree, error) {
	tree, kinds := emit.Tree{}, dir+"/"+KindsDir+"/"
	if err := tree.Add(kinds+manifest.KustomizeConfigurationFile, schemas.KustomizeConfiguration); err != nil {
		return tree, err
	}
	list := yaml.MapItem{Key: "configurations", Value: []string{manifest.KustomizeConfigurationFile}}
	if err := Put(&tree, kinds+File, "", Kustomization(list)); err != nil {
		return tree, err
	}
	all := []string{}
	for _, u := range units {
		names, part, err := emit.Files(u.Set, func(manifest.Object) string { return u.Dir })
		if err != nil {
			return tree, err
		}
		resources := []string{strings.Repeat("../", strings.Count(u.Dir, "/")+1) + KindsDir}
		for _, name := range names {
			resources = append(resources, strings.TrimPrefix(name, u.Dir+"/"))
			if err := tree.Add(dir+"/"+name, part.Files[name]); err != nil {
				return tree, err
			}
		}
		if err := Put(&tree, dir+"/"+u.Dir+"/"+File, "", bundle(resources, Fifo())); err != nil {
			return tree, err
		}
		all = append(all, u.Dir)
	}
	err := Put(&tree, dir+"/"+File, "", bundle(all, Order()))
	return tree, err
}

func bundle(resources []string, order yaml.MapItem) yaml.MapSlice {
	return Kustomization(yaml.MapItem{Key: "resources", Value: resources}, order)
}

// Kustomization is a kustomization with these fields.
func Kustomization(fields ...yaml.MapItem) yaml.MapSlice {
	head := yaml.MapSlice{
		{Key: "apiVersion", Value: "kustomize.config.k8s.io/v1beta1"},
		{Key: "kind", Value: "Kustomization"},
	}
	return append(head, fields...)
}

// Fifo is the order in which the resources are listed.
func Fifo() yaml.MapItem {
	return yaml.MapItem{Key: "sortOptions", Value: yaml.MapSlice{{Key: "order", Value: "fifo"}}}
}

// Order is the set's order, for a kustomization over several units. Only that of
// the kustomization that is built counts
// (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/sortoptions/).
func Order() yaml.MapItem {
	first, last := manifest.OrderOfKinds()
	return yaml.MapItem{Key: "sortOptions", Value: yaml.MapSlice{
		{Key: "order", Value: "legacy"},
		{Key: "legacySortOptions", Value: yaml.MapSlice{{Key: "orderFirst", Value: first}, {Key: "orderLast", Value: last}}},
	}}
}

// Put writes a value as a YAML file of the tree, behind a comment.
func Put(tree *emit.Tree, name, comment string, value any) error {
	doc, err := yaml.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return tree.Add(name, append([]byte(Comment(comment)), doc...))
}

// Comment is a text as YAML comments.
func Comment(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight("# "+strings.TrimRight(line, "\n"), " ") + "\n")
	}
	return b.String()
}
