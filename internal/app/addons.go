package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/helm-flink/helm-flink/internal/chart"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/release/fetch"
	"github.com/helm-flink/helm-flink/internal/spec"
)

// addons makes a unit of every add-on that is on, and gives the CRDs that their
// charts bring, which are applied with all others. Nothing is rendered here: a
// chart of somebody else's is for Helm and the cluster to judge.
func (a *App) addons(ctx context.Context, fetcher Fetcher, r Result) ([]release.Unit, manifest.Set, error) {
	var units []release.Unit
	var crds manifest.Set
	for _, addon := range r.platform.AddonCharts() {
		if !addon.Enabled {
			continue
		}
		one, err := a.addon(ctx, fetcher, r, addon)
		if err != nil {
			return nil, nil, fmt.Errorf("addons.%s: %w", addon.Name, err)
		}
		crds, units = append(crds, one.crds...), append(units, one.unit)
	}
	return units, crds, nil
}

// addonUnit is an add-on whose chart was read.
type addonUnit struct {
	unit   release.Unit
	source chart.Source
	crds   manifest.Set
}

// addon makes a unit of an add-on.
func (a *App) addon(ctx context.Context, fetcher Fetcher, r Result, addon spec.AddonChart) (addonUnit, error) {
	source, info, err := a.addonSource(ctx, fetcher, r, addon)
	if err != nil {
		return addonUnit{}, err
	}
	archive, err := chart.Pack(source)
	if err != nil {
		return addonUnit{}, err
	}
	brought, err := chart.New(a.Charts, chart.Target{}).CRDs(chart.Unit{Chart: addon.Name, Source: source})
	return addonUnit{source: source, crds: brought, unit: release.Unit{
		Kind: release.Addon, Wave: release.WaveAddons, Name: addon.Name, Namespace: addon.Namespace,
		Chart: info.Name, Version: info.Version, AppVersion: info.AppVersion, Path: "addons." + addon.Name,
		Source: &release.Source{Archive: archive, Values: addon.Values},
	}}, err
}

// addonSource opens the chart of an add-on: on disk, or fetched.
func (a *App) addonSource(
	ctx context.Context, fetcher Fetcher, r Result, addon spec.AddonChart,
) (chart.Source, fetch.Chart, error) {
	if !spec.IsRemote(addon.Source) {
		path := beside(r.doc, addon.Source, "addons", addon.Name, "chart")
		source, err := a.source("chart", path)
		return source, fetch.Chart{}, err
	}
	if fetcher == nil {
		return chart.Source{}, fetch.Chart{}, errors.New("its chart comes from " + addon.Source + ", which was not fetched")
	}
	got, err := fetcher(ctx, addonReference(addon))
	if err != nil {
		return chart.Source{}, fetch.Chart{}, err
	}
	return fetchedSource(&got), got, nil
}

func addonReference(a spec.AddonChart) fetch.Reference {
	return fetch.Reference{Source: a.Source, Name: a.Chart, Version: a.Version, Digest: a.Digest}
}

// Addons lists the add-ons that are known or in the values; without values, those
// that are known.
func (a *App) Addons(ctx context.Context, req Request) ([]spec.AddonChart, Result, error) {
	if len(req.Files)+len(req.Sets) == 0 {
		return (&spec.Platform{}).AddonCharts(), Result{}, nil
	}
	req.SkipVerify, req.Fetch = true, nil
	result, err := a.objects(ctx, req)
	if err != nil || result.Failed {
		return nil, result, err
	}
	return result.platform.AddonCharts(), result, nil
}

// Pulled is a chart that is in the cache now.
type Pulled struct {
	// For is addons.cert-manager, or operator.
	For       string
	Reference fetch.Reference
	Chart     fetch.Chart
}

// Pull fetches the charts of all add-ons that are on, and of the operator, where
// they come from registries or repositories.
func (a *App) Pull(ctx context.Context, req Request) ([]Pulled, Result, error) {
	fetcher := req.Fetch
	addons, result, err := a.Addons(ctx, req)
	if err != nil || result.Failed {
		return nil, result, err
	}
	var out []Pulled
	pull := func(what string, ref fetch.Reference) error {
		got, err := fetcher(ctx, ref)
		if err == nil {
			err = got.Kept
		}
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		out = append(out, Pulled{For: what, Reference: ref, Chart: got})
		return nil
	}
	for _, addon := range addons {
		if addon.Enabled && spec.IsRemote(addon.Source) {
			if err := pull("addons."+addon.Name, addonReference(addon)); err != nil {
				return nil, result, err
			}
		}
	}
	for _, c := range result.Charts {
		if spec.IsRemote(c.Source) {
			if err := pull("operator", operatorReference(c)); err != nil {
				return nil, result, err
			}
		}
	}
	return out, result, nil
}
