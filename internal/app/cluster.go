package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/release/change"
	"github.com/helm-flink/helm-flink/internal/release/difference"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// ClusterRequest is what the verbs start from that work on a cluster.
type ClusterRequest struct {
	Request
	// Connect says which cluster.
	Connect cluster.Options
	// Deploy says how to go about changes.
	Deploy deploy.Options
	// Platform names the platform where no values do; empty finds the only one.
	Platform string
	// Manifests are files and directories of manifests, "-" being standard input, that
	// make the platform in the place of values; Platform names it.
	Manifests []string
	// Namespace is where a platform of manifests, and objects of them that say no
	// namespace, go; NamespaceGiven says that it is the user's word, not Helm's.
	Namespace      string
	NamespaceGiven bool
	// DryRun changes nothing: DryRunClient judges the input and asks no cluster,
	// DryRunServer says what would be done there.
	DryRun string
	// See takes what happens.
	See func(deploy.Event)
	// Report takes the findings about the values, before anything is done.
	Report func(Result) error
}

// ErrNotInstalled says that an upgrade has nothing to upgrade.
var ErrNotInstalled = errors.New("the platform is not installed; helm flink install installs it, and so does upgrade --install")

// ErrSeveralPlatforms asks for the name of a platform.
var ErrSeveralPlatforms = errors.New("name it with --platform, or give its values with -f")

// Apply renders, verifies and brings the platform to the cluster; existing wants
// one that is installed. With findings that fail, nothing is done: see the result.
func (a *App) Apply(ctx context.Context, req ClusterRequest, existing bool) (Result, error) {
	if req.DryRun == DryRunClient {
		return a.judge(ctx, req)
	}
	result, d, err := a.prepare(ctx, req)
	if err != nil || result.Failed {
		return result, err
	}
	if existing {
		platforms, err := release.Platforms(d.Cluster, d.Plan.Near()...)
		if err != nil {
			return result, err
		}
		if _, ok := platforms[d.Plan.Platform]; !ok {
			return result, fmt.Errorf("%s on %s: %w", d.Plan.Platform, d.Cluster.Server, ErrNotInstalled)
		}
	}
	if req.DryRun == DryRunServer {
		return result, d.Try(ctx)
	}
	return result, d.Apply(ctx)
}

// The dry runs.
const (
	DryRunClient = "client"
	DryRunServer = "server"
)

// judge renders and verifies values, or reads and verifies manifests, and reports the
// findings.
func (a *App) judge(ctx context.Context, req ClusterRequest) (Result, error) {
	var result Result
	var err error
	if len(req.Manifests) > 0 {
		result, err = a.readPiped(ctx, req)
	} else {
		req.IncludeCRDs = true
		result, err = a.Build(ctx, req.Request)
	}
	if err != nil {
		return result, err
	}
	result.Findings = slices.DeleteFunc(result.Findings, func(f diag.Finding) bool {
		return f.Code == diag.CodeSecretNeeded // it is made here
	})
	return result, req.Report(result)
}

// prepare renders and verifies the values, or reads manifests, and makes the plan of
// them for a cluster.
func (a *App) prepare(ctx context.Context, req ClusterRequest) (Result, *deploy.Deployment, error) {
	result, err := a.judge(ctx, req)
	if err != nil || result.Failed {
		return result, nil, err
	}
	if len(req.Manifests) > 0 {
		d, err := piped(ctx, req, result)
		return result, d, err
	}
	plan, err := a.releasePlan(result)
	if err != nil {
		return result, nil, err
	}
	addons, crds, err := a.addons(ctx, req.Fetch, result)
	if err != nil {
		return result, nil, err
	}
	plan.Add(addons, crds)
	d, err := deployment(req)
	if err != nil {
		return result, nil, err
	}
	d.Plan, d.Releases = plan, release.New(d.Cluster, plan.Platform).Near(plan.Near()...)
	d.Operator = result.platform.ApacheOperator()
	d.Defaults = model.Defaults(operatorConfig(result.Set))
	return result, d, nil
}

// deployment connects to the cluster.
func deployment(req ClusterRequest) (*deploy.Deployment, error) {
	c, err := cluster.Connect(req.Connect)
	if err != nil {
		return nil, err
	}
	return &deploy.Deployment{Cluster: c, Options: req.Deploy, See: req.See}, nil
}

// releasePlan puts what was built into releases.
func (a *App) releasePlan(r Result) (release.Plan, error) {
	if r.Remote != nil {
		return release.Plan{}, fmt.Errorf("the operator's chart comes from %s, which was not fetched", r.Remote.Source)
	}
	var charts release.Charts
	for _, c := range r.Charts {
		info, err := a.chartInfo(c)
		if err != nil {
			return release.Plan{}, err
		}
		switch c.Chart {
		case "flink-namespaces":
			charts.Platform = info
		case "flink-jobs":
			charts.Jobs = info
		case "flink-operator":
			charts.Operator = info
			if f := r.fetched; f != nil {
				charts.Operator = release.Chart{Name: f.Name, Version: f.Version, AppVersion: f.AppVersion}
			}
		}
	}
	charts.Platform.Name = "flink-platform" // it holds what three charts render
	return release.MakePlan(r.platform.Platform.Name, r.platform.Operator.Namespace, r.Set, charts), nil
}

// chartInfo is what a chart says of itself.
func (a *App) chartInfo(c spec.ChartValues) (release.Chart, error) {
	files := a.Charts
	name := c.Chart
	if c.Source != spec.SourceBundled {
		return release.Chart{Name: name, Version: cmp.Or(c.Version, "0.0.0")}, nil
	}
	text, err := fs.ReadFile(files, name+"/Chart.yaml")
	if err != nil {
		return release.Chart{}, err
	}
	var meta struct{ Name, Version, AppVersion string }
	if err := yaml.Unmarshal(text, &meta); err != nil {
		return release.Chart{}, fmt.Errorf("%s/Chart.yaml: %w", name, err)
	}
	return release.Chart{Name: meta.Name, Version: meta.Version, AppVersion: meta.AppVersion}, nil
}

// Uninstall removes a platform. What it leaves is in the lines that are returned:
// objects on the cluster, and what AWS still holds and bills.
func (a *App) Uninstall(ctx context.Context, req ClusterRequest, purge deploy.Purge) (left []string, err error) {
	d, err := a.existing(ctx, req)
	if err != nil {
		return nil, err
	}
	return d.Remove(ctx, purge)
}

// existing connects to a cluster and finds the platform there: the one of the
// values, the one that is named, or the only one.
func (a *App) existing(ctx context.Context, req ClusterRequest) (*deploy.Deployment, error) {
	d, err := deployment(req)
	if err != nil {
		return nil, err
	}
	name, others := req.Platform, []string(nil)
	if len(req.Files)+len(req.Sets) > 0 {
		req.SkipVerify, req.Fetch = true, nil
		result, err := a.objects(ctx, req.Request)
		if err != nil {
			return nil, err
		}
		if result.platform == nil {
			return nil, fmt.Errorf("the values cannot be read: %s", result.Findings[0].Message)
		}
		name = result.platform.Platform.Name
		d.Plan.Namespace = result.platform.Operator.Namespace
		for _, o := range result.Set {
			d.Wanted = append(d.Wanted, o.Data)
		}
		others = namespacesBeside(result)
	}
	platforms, err := release.Platforms(d.Cluster, near(d.Plan.Namespace)...)
	if err != nil {
		return nil, err
	}
	if name == "" {
		names := make([]string, 0, len(platforms))
		for n := range platforms {
			names = append(names, n)
		}
		slices.Sort(names)
		switch len(names) {
		case 0:
			return nil, fmt.Errorf("there is no platform on %s", d.Cluster.Server)
		case 1:
			name = names[0]
		default:
			return nil, fmt.Errorf("%s has several platforms, %s: %w", d.Cluster.Server, strings.Join(names, ", "), ErrSeveralPlatforms)
		}
	}
	if in, ok := platforms[name]; ok {
		d.Plan.Namespace = in
	}
	if d.Plan.Namespace == "" {
		return nil, fmt.Errorf("there is no platform %s on %s", name, d.Cluster.Server)
	}
	d.Plan.Platform, d.Releases = name, release.New(d.Cluster, name).Near(append(near(d.Plan.Namespace), others...)...)
	return d, nil
}

// namespacesBeside are those that the platform's release may not name: of jobs, and
// of the add-ons that are on.
func namespacesBeside(r Result) []string {
	var out []string
	for _, o := range r.Set {
		if at := cluster.Object(o.Data); at.Group() == cluster.FlinkGroup && !slices.Contains(out, at.Namespace()) {
			out = append(out, at.Namespace())
		}
	}
	for _, addon := range r.platform.AddonCharts() {
		if addon.Enabled {
			out = append(out, addon.Namespace)
		}
	}
	return out
}

// near is the namespace where a platform is looked for first, if it is known.
func near(namespace string) []string {
	if namespace == "" {
		return nil
	}
	return []string{namespace}
}

// PlatformName is the name of the platform that a request is about.
func (a *App) PlatformName(ctx context.Context, req ClusterRequest) (string, error) {
	d, err := a.existing(ctx, req)
	if err != nil {
		return "", err
	}
	return d.Plan.Platform, nil
}

// operatorConfig is the operator's ConfigMap, or nil.
func operatorConfig(set manifest.Set) map[string]any {
	for _, o := range set {
		if k := o.Key(); k.Kind == "ConfigMap" && k.Name == model.OperatorConfigMap {
			return o.Data
		}
	}
	return nil
}

// Diff says what Apply would change.
func (a *App) Diff(ctx context.Context, req ClusterRequest) (Result, Difference, error) {
	result, d, err := a.prepare(ctx, req)
	if err != nil || result.Failed {
		return result, Difference{}, err
	}
	previews, renamed, notes, err := d.Diff(ctx)
	if err != nil {
		return result, Difference{}, err
	}
	var objects []difference.Object
	for _, p := range previews {
		for i, c := range p.Changes {
			objects = append(objects, difference.Object{Before: c.Before, After: c.After, Meaning: &p.Meanings[i]})
		}
	}
	for _, r := range renamed {
		meaning := change.Of(change.Input{Before: r.Before, After: r.After, Operator: d.Operator})
		objects = append(objects, difference.Object{Before: r.Before, After: r.After, Meaning: &meaning})
	}
	set, err := difference.Compare(objects, difference.Options{Managers: []string{cluster.FieldManager, "helm"}})
	return result, Difference{Set: set, Notes: notes}, err
}

// Difference is what an upgrade would change: objects, and in words what is none.
type Difference struct {
	difference.Set
	Notes []deploy.Remark
}

// Changes reports whether an upgrade would change something.
func (d Difference) Changes() bool {
	return d.Any() || slices.ContainsFunc(d.Notes, func(r deploy.Remark) bool { return !r.Stays })
}

// Rollback brings the platform back to what it was after an earlier run; 0 is the
// one before the last.
func (a *App) Rollback(ctx context.Context, req ClusterRequest, run int) error {
	d, err := a.existing(ctx, req)
	if err != nil {
		return err
	}
	return d.Rollback(ctx, run)
}
