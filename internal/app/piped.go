package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// ErrOtherHome says that a platform is in another namespace than the one asked for.
var ErrOtherHome = errors.New("give that namespace with -n, or choose another name")

// piped makes the plan of manifests, which are in the result, for a cluster.
func piped(ctx context.Context, req ClusterRequest, result Result) (*deploy.Deployment, error) {
	d, err := deployment(req)
	if err != nil {
		return nil, err
	}
	operator := release.OperatorDeployment(result.Set)
	home, err := homeOf(req, d.Cluster, operator)
	if err != nil {
		return nil, err
	}
	if err := settle(d.Cluster, result.Set, home); err != nil {
		return nil, err
	}
	config := operatorConfig(result.Set)
	if d.Operator = model.VersionOf(operator); operator == nil {
		if config, d.Operator, err = liveOperator(ctx, d.Cluster); err != nil {
			return nil, err
		}
	}
	d.Defaults = model.Defaults(config)
	own := release.Chart{Name: "manifests", Version: "0.0.0"}
	charts := release.Charts{Platform: own, Operator: own, Jobs: own}
	charts.Operator.AppVersion = d.Operator.String()
	d.Plan = release.PlanManifests(req.Platform, home, result.Set, charts)
	d.Releases = release.New(d.Cluster, req.Platform).Near(d.Plan.Near()...)
	return d, nil
}

// readPiped reads manifests and judges them by the rules, as validate does: what they
// lack may be on the cluster.
func (a *App) readPiped(ctx context.Context, req ClusterRequest) (Result, error) {
	result := Result{ignores: ignore.New(Entries())}
	result.add(req.FailOn, slices.Concat(req.Found, result.ignores.Add(req.Ignores...)))
	set, findings, err := a.readManifests(req.Manifests)
	if err != nil {
		return result, err
	}
	result.Set = set
	result.add(req.FailOn, findings)
	if findings.Has(diag.Error) { // it cannot be deployed, whatever --fail-on says
		result.Failed = true
		return result, nil
	}
	judged, err := a.verifySet(ctx, VerifyOptions{}, set, result.ignores)
	if err != nil {
		return result, err
	}
	for i, f := range judged {
		if f.Code == codeTwice { // the files are for one cluster
			judged[i].Severity = diag.Error
		}
	}
	result.Findings = append(result.Findings, judged...).Sorted()
	result.Failed = result.Failed || judged.Has(req.FailOn)
	return result, nil
}

// codeTwice is of an object that is there twice.
const codeTwice diag.Code = "FLK511"

// readManifests reads all objects of files and directories, hooks of Helm as ordinary
// objects; "-" is standard input.
func (a *App) readManifests(names []string) (set manifest.Set, findings diag.List, err error) {
	files, err := a.expand(names)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range files {
		found, more, err := a.readManifest(name)
		if err != nil {
			return nil, nil, fmt.Errorf("read manifests: %w", err)
		}
		if set, findings = append(set, found...), append(findings, more...); len(found)+len(more) == 0 {
			findings = append(findings, unusable(diag.CodeManifestShape, diag.Position{File: shownName(name), Line: 1, Column: 1},
				"there is no object in it", "look at what the command before the pipe prints, and whether it failed"))
		}
	}
	set, hooks := unhooked(set)
	return set, append(findings, hooks...), nil
}

// readManifest reads one file. What no release can hold is a finding.
func (a *App) readManifest(name string) (set manifest.Set, findings diag.List, err error) {
	f, err := a.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for doc, err := range stream.Documents(shownName(name), f) {
		if err != nil {
			return nil, nil, err
		}
		objects, more := doc.Objects()
		if !doc.IsManifest() {
			for i := range more {
				if more[i].Code == diag.CodeManifestIdentity {
					more[i].Hint = "this is no manifest; values of helm-flink are given with -f, without a NAME and --manifests"
				}
			}
		}
		findings = append(findings, more...)
		for _, o := range objects {
			set, findings = append(set, o), append(findings, placeless(o)...)
		}
	}
	return set, findings, nil
}

// placeless finds objects that no release can hold.
func placeless(o manifest.Object) diag.List {
	at := cluster.Object(o.Data)
	switch {
	case at.Group() == "kustomize.config.k8s.io" || at.Kind() == "Kustomization" && at.Group() == "":
		return diag.List{unusable(diag.CodeManifestShape, o.Origin.Pos, "a "+at.Kind()+" is for Kustomize, not for a cluster",
			"build it first: kustomize build DIR | helm flink install NAME --manifests -")}
	case at.Name() == "" && at.Text("metadata", "generateName") != "":
		return diag.List{unusable(diag.CodeManifestIdentity, o.Origin.Pos,
			"the "+at.Kind()+" has generateName: another object with each run, which no release can hold", "write metadata.name")}
	}
	return nil
}

func unusable(code diag.Code, pos diag.Position, message, hint string) diag.Finding {
	return diag.Finding{Code: code, Severity: diag.Error, Pos: pos, Message: message, Hint: hint}
}

// homeOf is the namespace of the platform's release: where it is, or the one asked
// for, or the operator's, or that of the kubeconfig's context.
func homeOf(req ClusterRequest, c *cluster.Client, operator cluster.Object) (string, error) {
	context, _, err := c.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return "", fmt.Errorf("read the kubeconfig: %w", err)
	}
	asked := req.Namespace
	if !req.NamespaceGiven && asked == context { // Helm passes the context's on where none was given
		asked = ""
	}
	platforms, err := release.Platforms(c, cmp.Or(asked, operator.Namespace(), context))
	if err != nil {
		return "", err
	}
	at, there := platforms[req.Platform]
	switch {
	case there && asked != "" && asked != at:
		return "", fmt.Errorf("the platform %s is on %s already, in the namespace %s, and not in %s: %w",
			req.Platform, c.Server, at, asked, ErrOtherHome)
	case there:
		return at, nil
	}
	return cmp.Or(asked, operator.Namespace(), context), nil
}

// settle gives objects that name no namespace, and are in one by their kind, that of
// the platform, as helm install does; and takes it from those that are in none.
func settle(c *cluster.Client, set manifest.Set, home string) error {
	scopes := map[[2]string]bool{} // group and kind to whether it is in namespaces, by the CRDs of the input
	for _, o := range set {
		if at := cluster.Object(o.Data); at.Kind() == "CustomResourceDefinition" {
			scopes[[2]string{at.Text("spec", "group"), at.Text("spec", "names", "kind")}] = at.Text("spec", "scope") == "Namespaced"
		}
	}
	for i, o := range set {
		at := cluster.Object(o.Data)
		namespaced, known := scopes[[2]string{at.Group(), at.Kind()}]
		if !known {
			var err error
			namespaced, err = c.Namespaced(cluster.TargetOf(at).Kind)
			if cluster.NoKind(err) {
				return fmt.Errorf("%s: the cluster does not know the kind %s of %s, and its CustomResourceDefinition is not in the "+
					"manifests; install what brings it first", o.Key(), at.Kind(), at.Text("apiVersion"))
			}
			if err != nil {
				return err
			}
		}
		if namespaced == (at.Namespace() != "") {
			continue
		}
		set[i].Data = maps.Clone(o.Data)
		meta, _ := o.Data["metadata"].(map[string]any)
		meta = maps.Clone(meta)
		if delete(meta, "namespace"); namespaced {
			meta["namespace"] = home
		}
		set[i].Data["metadata"] = meta
	}
	return nil
}

// liveOperator is the configuration and version of the operator that is on the
// cluster, where there is one and the user may see it.
func liveOperator(ctx context.Context, c *cluster.Client) (config map[string]any, version flink.Operator, err error) {
	found, err := c.Deployments(ctx, "app.kubernetes.io/name=flink-kubernetes-operator")
	if _, lacks := cluster.Lacks(err); lacks || err == nil && len(found) != 1 {
		return nil, version, nil
	}
	if err != nil {
		return nil, version, err
	}
	live, err := c.Live(ctx, cluster.Object{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{
		"name": model.OperatorConfigMap, "namespace": found[0].Namespace(),
	}}, c.Now())
	if _, lacks := cluster.Lacks(err); lacks {
		err = nil
	}
	return live, model.VersionOf(found[0]), err
}
