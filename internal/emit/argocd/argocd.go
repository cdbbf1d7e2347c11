// Package argocd writes Argo CD's Applications for the units of a platform, and
// the health checks that Argo CD needs for Flink's kinds.
//
// It may import emit, base, gitops, and what those may.
package argocd

import (
	"cmp"
	"embed"
	"fmt"
	"strconv"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/emit/base"
	"github.com/helm-flink/helm-flink/internal/emit/gitops"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

//go:embed health/*.lua
var scripts embed.FS

// Dir is the folder of Argo CD's objects.
const Dir = "argocd"

// Add adds to a tree, whose units lie below base/:
//
//   - argocd/root.yaml, the Application of the Applications;
//   - argocd/applications/UNIT.yaml, an Application for each unit, in sync waves;
//   - argocd/applications/operator-chart.yaml, where the operator is a chart of
//     others;
//   - argocd/argocd-cm.yaml, the health checks, as a part of Argo CD's ConfigMap.
//
// Objects are applied on the server's side: the CRDs are longer than the
// annotation in which a client keeps them. Argo CD sets back what was changed on
// the cluster, but not in jobs, which people suspend, rescale and restore there.
// Deleting an Application deletes nothing else, for it has no finalizer; but with
// source.Prune that of a team's jobs has one, so that the jobs go with it when the
// team's last job leaves the repository, and the root prunes the Application
// (https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/).
// The chart of others is never pruned: it may have the CRDs in it.
func Add(tree *emit.Tree, platform string, units []base.Unit, source gitops.Source) error {
	namespace := cmp.Or(source.Namespace, "argocd")
	in := func(name string) map[string]any {
		return map[string]any{"repoURL": source.RepoURL, "targetRevision": source.Revision, "path": source.In(name)}
	}
	wave := func(w base.Wave) map[string]any {
		return map[string]any{"argocd.argoproj.io/sync-wave": strconv.Itoa(int(w))}
	}
	app := func(name string, annotations, from, policy map[string]any) manifest.Object {
		metadata := map[string]any{
			"name": name, "namespace": namespace, "labels": map[string]any{"app.kubernetes.io/part-of": platform},
		}
		if annotations != nil {
			metadata["annotations"] = annotations
		}
		return manifest.Object{Data: map[string]any{
			"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata,
			"spec": map[string]any{
				"project": "default", "source": from, "syncPolicy": policy,
				"destination": map[string]any{"server": "https://kubernetes.default.svc"},
			},
		}}
	}
	for _, u := range units {
		prune := source.Prunes(u)
		o := app(platform+"-"+u.Name, wave(u.Wave), in(manifest.BaseDir+"/"+u.Dir), policy(prune, u.Wave != base.Jobs))
		if metadata, ok := o.Data["metadata"].(map[string]any); ok && prune && u.Wave == base.Jobs {
			metadata["finalizers"] = []any{"resources-finalizer.argocd.argoproj.io"}
		}
		if err := put(tree, Dir+"/applications/"+u.Name+".yaml", "", o); err != nil {
			return err
		}
	}
	if c := source.Chart; c != nil {
		from, err := chartOf(*c)
		if err != nil {
			return err
		}
		o := app(platform+"-operator-chart", wave(base.Chart), from, policy(false, true))
		spec, _ := o.Data["spec"].(map[string]any)
		destination, _ := spec["destination"].(map[string]any)
		destination["namespace"] = c.Namespace
		if err := put(tree, Dir+"/applications/operator-chart.yaml", "", o); err != nil {
			return err
		}
	}
	root := app(platform, nil, in(Dir+"/applications"), policy(source.Prune, true))
	if err := put(tree, Dir+"/root.yaml", rootComment, root); err != nil {
		return err
	}
	return config(tree, namespace)
}

// chartOf is a Helm chart as the source of an Application. A registry has no
// oci:// in front there
// (https://argo-cd.readthedocs.io/en/stable/user-guide/helm/).
func chartOf(c gitops.Chart) (map[string]any, error) {
	repository, name, _, err := c.Repository()
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"repoURL": repository, "chart": name, "targetRevision": c.Version,
		"helm": map[string]any{"releaseName": c.Release, "valuesObject": c.Values},
	}, nil
}

// config adds the part of Argo CD's ConfigMap.
func config(tree *emit.Tree, namespace string) error {
	checks, err := HealthChecks()
	if err != nil {
		return err
	}
	data := map[string]any{}
	for kind, script := range checks {
		data["resource.customizations.health."+kind] = script
	}
	return put(tree, Dir+"/argocd-cm.yaml", configComment, manifest.Object{Data: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "data": data,
		"metadata": map[string]any{
			"name": "argocd-cm", "namespace": namespace,
			"labels": map[string]any{"app.kubernetes.io/name": "argocd-cm", "app.kubernetes.io/part-of": "argocd"},
		},
	}})
}

const (
	rootComment = `Apply this one: it brings all the others, and Argo CD syncs them wave by wave.
`
	configComment = `A part of Argo CD's own ConfigMap. It is added to what is there, not put in its place, by
  kubectl apply --server-side --field-manager=helm-flink -f argocd-cm.yaml
`
)

// policy syncs by itself, again after a failure: a webhook that is starting, a
// kind that is not served yet.
func policy(prune, heal bool) map[string]any {
	return map[string]any{
		"automated":   map[string]any{"prune": prune, "selfHeal": heal},
		"syncOptions": []any{"ServerSideApply=true"},
		"retry": map[string]any{
			"limit":   int64(10),
			"backoff": map[string]any{"duration": "10s", "factor": int64(2), "maxDuration": "3m"},
		},
	}
}

func put(tree *emit.Tree, name, comment string, o manifest.Object) error {
	doc, err := emit.Document(o)
	if err != nil {
		return err
	}
	return tree.Add(name, append([]byte(base.Comment(comment)), doc...))
}

// HealthChecks are the health checks in Lua by GROUP_KIND, as Argo CD names
// them: of Flink's four kinds, and of the Application.
func HealthChecks() (map[string]string, error) {
	out := map[string]string{}
	for kind, name := range map[string]string{
		"argoproj.io_Application":                   "application",
		"flink.apache.org_FlinkDeployment":          "cluster",
		"flink.apache.org_FlinkSessionJob":          "cluster",
		"flink.apache.org_FlinkStateSnapshot":       "snapshot",
		"flink.apache.org_FlinkBlueGreenDeployment": "bluegreen",
	} {
		script, err := scripts.ReadFile("health/" + name + ".lua")
		if err != nil {
			return nil, fmt.Errorf("health check of %s: %w", kind, err)
		}
		out[kind] = string(script)
	}
	return out, nil
}
