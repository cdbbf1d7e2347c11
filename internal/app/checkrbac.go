package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
	"github.com/helm-flink/helm-flink/internal/chart"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/release/access"
	"github.com/helm-flink/helm-flink/internal/release/fetch"
	"github.com/helm-flink/helm-flink/internal/spec"
)

// ParseSubject reads who gets permissions: User:NAME, Group:NAME or
// ServiceAccount:NAMESPACE/NAME.
func ParseSubject(text string) (access.Subject, error) { return access.ParseSubject(text) }

// PrintRBAC writes as YAML the permissions that the verbs need for a platform,
// bound to a subject. It needs no cluster. With findings that fail there is none.
// What is said of charts that could not be read is among the unread.
func (a *App) PrintRBAC(ctx context.Context, req Request, subject access.Subject) (Result, []byte, []Unread, error) {
	result, plan, unread, err := a.planned(ctx, req)
	if err != nil || result.Failed {
		return result, nil, nil, err
	}
	text, err := access.RBAC(plan, access.Of(plan, deploy.LockName(plan.Platform)), subject)
	return result, text, unread, err
}

// Unread is a chart whose objects are not known.
type Unread struct {
	// Path is what the values call it: operator, addons.karpenter; Chart its address.
	Path, Chart string
	// Why is set where it is there and cannot be rendered without a cluster.
	Why string
}

// operatorPath is the Path of the operator's chart.
const operatorPath = "operator"

// String says what is left out.
func (u Unread) String() string {
	why := "was not fetched"
	if u.Why != "" {
		why = "cannot be rendered without a cluster (" + u.Why + ")"
	}
	return fmt.Sprintf("%s: the chart %s %s: its objects, its CRDs and the permissions for them are left out", u.Path, u.Chart, why)
}

// Hint says how to have it read.
func (u Unread) Hint() string {
	if u.Why != "" {
		return ""
	}
	return "--fetch gets it, and so does helm flink addons pull; a directory or a .tgz is read as it is"
}

// look is the check of it.
func (u Unread) look(context.Context) ([]Check, error) {
	return []Check{wrong(diag.Warning, u.Hint(), "%s", u)}, nil
}

// planned renders and verifies values, and puts the objects into releases. What
// only charts say that are neither on disk nor to be had from the fetcher is left
// out: they are the unread.
func (a *App) planned(ctx context.Context, req Request) (Result, release.Plan, []Unread, error) {
	req.IncludeCRDs = true
	result, err := a.Build(ctx, req)
	if missing(err) { // said below, and in a finding (FLK040)
		without := req
		without.Fetch = nil
		result, err = a.Build(ctx, without)
	}
	if err != nil || result.Failed {
		return result, release.Plan{}, nil, err
	}
	var unread []Unread
	known := result
	if r := result.Remote; r != nil {
		unread = append(unread, Unread{Path: operatorPath, Chart: operatorReference(*r).String()})
		known.Remote = nil
	}
	plan, err := a.releasePlan(known)
	if err != nil {
		return result, plan, unread, err
	}
	addons, err := a.plannedAddons(ctx, req.Fetch, result, &plan)
	return result, plan, append(unread, addons...), err
}

// missing reports whether a chart is not in the cache, and no network may be asked.
func missing(err error) bool {
	var e *fetch.MissingError
	return errors.As(err, &e)
}

// plannedAddons adds the add-ons that are on to a plan, with the objects that their
// charts render where no cluster is asked: with the kinds that the plan's CRDs bring.
func (a *App) plannedAddons(ctx context.Context, fetcher Fetcher, r Result, plan *release.Plan) ([]Unread, error) {
	var read []addonUnit
	var unread []Unread
	for _, addon := range r.platform.AddonCharts() {
		if !addon.Enabled {
			continue
		}
		path := "addons." + addon.Name
		one, err := addonUnit{}, error(&fetch.MissingError{})
		if fetcher != nil || !spec.IsRemote(addon.Source) {
			one, err = a.addon(ctx, fetcher, r, addon)
		}
		switch {
		case missing(err):
			unread = append(unread, Unread{Path: path, Chart: addonReference(addon).String()})
			plan.Add([]release.Unit{{
				Kind: release.Addon, Wave: release.WaveAddons, Name: addon.Name, Namespace: addon.Namespace, Path: path,
			}}, nil)
		case err != nil:
			return unread, fmt.Errorf("%s: %w", path, err)
		default:
			plan.Add(nil, one.crds)
			read = append(read, one)
		}
	}
	renderer := chart.New(a.Charts, chart.Target{KubeVersion: r.platform.Cluster.KubernetesVersion, APIs: apis(plan.CRDs)})
	for _, one := range read {
		u := one.unit
		set, _, err := renderer.Render(ctx, chart.Unit{
			Chart: u.Name, Release: u.Name, Namespace: u.Namespace, Values: u.Source.Values, Source: one.source, Hooks: true,
		})
		if err != nil {
			unread = append(unread, Unread{Path: u.Path, Chart: cmp.Or(u.Chart, u.Name), Why: err.Error()})
		}
		u.Set = set
		plan.Add([]release.Unit{u}, nil)
	}
	return unread, nil
}

// apis are the versions and kinds that CRDs serve, as Helm's templates ask for them.
func apis(crds manifest.Set) []string {
	var out []string
	for _, o := range crds {
		at := cluster.Object(o.Data)
		versions, _ := at.At("spec", "versions").([]any)
		for _, each := range versions {
			v, _ := each.(map[string]any)
			if name, ok := v["name"].(string); ok && v["served"] != false {
				group := at.Text("spec", "group") + "/" + name
				out = append(out, group, group+"/"+at.Text("spec", "names", "kind"))
			}
		}
	}
	return out
}
