// Package flux writes Flux's Kustomizations for the units of a platform.
//
// It may import emit, base, gitops, and what those may.
package flux

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/emit/base"
	"github.com/helm-flink/helm-flink/internal/emit/gitops"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Dir is the folder of Flux's objects.
const Dir = "flux"

// Add adds to a tree, whose units lie below base/:
//
//   - flux/source.yaml, the GitRepository;
//   - flux/UNIT.yaml, a Kustomization for each unit, which waits for those of the
//     wave before it and is ready when all its objects are;
//   - flux/kustomization.yaml, which lists them.
func Add(tree *emit.Tree, platform string, units []base.Unit, source gitops.Source) error {
	namespace := cmp.Or(source.Namespace, "flux-system")
	files := []string{"source.yaml"}
	if err := put(tree, files[0], repository(platform, namespace, source)); err != nil {
		return err
	}
	for _, u := range units {
		spec := map[string]any{
			"interval": "10m", "retryInterval": "1m", "timeout": timeout(u.Wave),
			"sourceRef": map[string]any{"kind": "GitRepository", "name": platform},
			"path":      "./" + source.In(manifest.BaseDir+"/"+u.Dir), "prune": source.Prunes(u), "wait": true,
		}
		if needs := before(units, u.Wave); len(needs) > 0 {
			list := make([]any, len(needs))
			for i, n := range needs {
				list[i] = map[string]any{"name": platform + "-" + n.Name}
			}
			spec["dependsOn"] = list
		}
		if checks := checksOf(u.Set); len(checks) > 0 {
			spec["healthCheckExprs"] = checks
		}
		o := object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", namespace, platform+"-"+u.Name, platform, spec)
		if err := put(tree, u.Name+".yaml", o); err != nil {
			return err
		}
		files = append(files, u.Name+".yaml")
	}
	list := manifest.Object{Data: map[string]any{
		"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": texts(files),
	}}
	return put(tree, base.File, list)
}

// timeout is how long the objects of a wave may take: jobs that wait for nodes,
// images and a last savepoint take longest.
func timeout(w base.Wave) string {
	if w == base.Jobs {
		return "20m"
	}
	return "5m"
}

// before are the units of the nearest wave before another, which has any.
func before(units []base.Unit, w base.Wave) []base.Unit {
	var last []base.Unit
	for _, u := range units {
		switch {
		case u.Wave >= w:
		case len(last) > 0 && last[0].Wave == u.Wave:
			last = append(last, u)
		default:
			last = []base.Unit{u}
		}
	}
	return last
}

func repository(platform, namespace string, source gitops.Source) manifest.Object {
	spec := map[string]any{"interval": "1m", "url": source.RepoURL, "ref": reference(source.Revision)}
	if source.Secret != "" {
		spec["secretRef"] = map[string]any{"name": source.Secret}
	}
	return object("source.toolkit.fluxcd.io/v1", "GitRepository", namespace, platform, platform, spec)
}

// reference names a revision as Flux does: a commit, a full reference
// (refs/tags/v1), or else a branch.
func reference(revision string) map[string]any {
	switch {
	case regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(revision):
		return map[string]any{"commit": revision}
	case strings.HasPrefix(revision, "refs/"):
		return map[string]any{"name": revision}
	}
	return map[string]any{"branch": revision}
}

func object(apiVersion, kind, namespace, name, platform string, spec map[string]any) manifest.Object {
	return manifest.Object{Data: map[string]any{
		"apiVersion": apiVersion, "kind": kind, "spec": spec,
		"metadata": map[string]any{
			"name": name, "namespace": namespace, "labels": map[string]any{"app.kubernetes.io/part-of": platform},
		},
	}}
}

func put(tree *emit.Tree, name string, o manifest.Object) error {
	doc, err := emit.Document(o)
	if err != nil {
		return err
	}
	return tree.Add(Dir+"/"+name, doc)
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// checksOf are the health checks of the kinds that are in a set.
func checksOf(set manifest.Set) []any {
	var out []any
	for _, check := range HealthChecks() {
		if slices.ContainsFunc(set, func(o manifest.Object) bool { return o.Key().Kind == check.Kind }) {
			out = append(out, map[string]any{
				"apiVersion": check.APIVersion, "kind": check.Kind, "failed": check.Failed, "current": check.Current,
			})
		}
	}
	return out
}
