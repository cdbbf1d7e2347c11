// Package layout chooses how a directory of manifests is laid out.
//
// It may import emit, the packages below it, and what those may.
package layout

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v2"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/emit/argocd"
	"github.com/helm-flink/helm-flink/internal/emit/base"
	"github.com/helm-flink/helm-flink/internal/emit/flux"
	"github.com/helm-flink/helm-flink/internal/emit/gitops"
	"github.com/helm-flink/helm-flink/internal/emit/helmchart"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Layout is how a directory is laid out.
type Layout string

const (
	// Flat is one file an object: NAMESPACE/KIND-NAME.yaml, and
	// _cluster/KIND-NAME.yaml for those without a namespace.
	Flat Layout = "flat"
	// Kustomize is base/, a Kustomize base for each component and team and one of
	// them all, and overlays/ENVIRONMENT, made once.
	Kustomize Layout = "kustomize"
	// Helm is a chart whose templates are the objects, with values for what changes
	// from environment to environment.
	Helm Layout = "helm"
	// ArgoCD is base/ as Kustomize has it and argocd/, an Application for each.
	ArgoCD Layout = "argocd"
	// Flux is base/ as Kustomize has it and flux/, a Flux Kustomization for each.
	Flux Layout = "flux"
)

// Layouts lists all layouts, for help and checks.
func Layouts() []Layout { return []Layout{Flat, Kustomize, Helm, ArgoCD, Flux} }

// GitOps reports whether a layout says where in which repository it lies.
func (l Layout) GitOps() bool { return l == ArgoCD || l == Flux }

// Options are what the layouts need to know beside the objects.
type Options struct {
	// Platform is the platform's name.
	Platform string
	// Teams gives the team of each namespace that has one.
	Teams map[string]string
	// OperatorNamespace is where the operator runs.
	OperatorNamespace string
	// Region is the AWS region that the objects name.
	Region string
	// Environments are the names of the samples.
	Environments []string
	// Git says where the directory will lie.
	Git gitops.Source
}

// Lay lays a set out. The error says which object is there twice or cannot be
// written, or that there is no such layout.
func Lay(set manifest.Set, l Layout, o Options) (emit.Tree, error) {
	units := base.Units(set, o.Teams, o.OperatorNamespace)
	switch l {
	case Flat:
		return emit.Flat(set)
	case Kustomize:
		tree, err := base.Lay(manifest.BaseDir, units)
		if err != nil {
			return tree, err
		}
		err = overlays(&tree, o.Environments)
		return tree, err
	case Helm:
		return helmchart.Lay(units, helmchart.Options{Name: o.Platform, Region: o.Region, Environments: o.Environments})
	case ArgoCD, Flux:
		if l == Flux && o.Git.Chart != nil {
			chart, err := flux.ChartUnit(o.Platform, o.Git)
			if err != nil {
				return emit.Tree{}, err
			}
			at := slices.IndexFunc(units, func(u base.Unit) bool { return u.Wave > base.Chart })
			if at < 0 {
				at = len(units)
			}
			units = slices.Insert(units, at, chart)
		}
		tree, err := base.Lay(manifest.BaseDir, units)
		if err != nil {
			return tree, err
		}
		if l == ArgoCD {
			err = argocd.Add(&tree, o.Platform, units, o.Git)
		} else {
			err = flux.Add(&tree, o.Platform, units, o.Git)
		}
		return tree, err
	}
	return emit.Tree{}, fmt.Errorf("layout %q: want one of %q", l, Layouts())
}

// overlays adds the kustomization of the whole, and a sample for each environment.
func overlays(tree *emit.Tree, environments []string) error {
	whole := base.Kustomization(yaml.MapItem{Key: "resources", Value: []string{manifest.BaseDir}}, base.Order())
	if err := base.Put(tree, base.File, "", whole); err != nil {
		return err
	}
	samples := emit.Tree{}
	for _, name := range environments {
		sample := base.Kustomization(yaml.MapItem{Key: "resources", Value: []string{"../../" + manifest.BaseDir}}, base.Order())
		err := base.Put(&samples, "overlays/"+emit.Folder(name)+"/"+base.File, overlayComment(name), sample)
		if err != nil {
			return err
		}
	}
	tree.Once = samples.Files
	return nil
}

func overlayComment(name string) string {
	return "What is different in " + name + `. This file is a sample: it was made once and is yours, and is not written again.
Build it: kustomize build overlays/` + emit.Folder(name) + `
For a part of the platform list that part's base: ../../base/operator, ../../base/teams/TEAM/jobs. That is for
kustomize build; helm flink template -k wants the whole, ../../base.

patches:
- target: {group: flink.apache.org, kind: FlinkDeployment, name: NAME}
  patch: |-
    apiVersion: flink.apache.org/v1beta1
    kind: FlinkDeployment
    metadata: {name: NAME}
    spec: {job: {parallelism: 4}}
`
}
