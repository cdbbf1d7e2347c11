package app

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/chart"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/overlay"
	"github.com/helm-flink/helm-flink/internal/spec"
)

// namedOverlay is an overlay with the place that names it: none for one of the command
// line.
type namedOverlay struct {
	dir, path string
	pos       diag.Position
}

// overlays are those of the values, each seen from the folder of the file that
// names it, then those of the request.
func (r *Result) overlays(req Request) []namedOverlay {
	var out []namedOverlay
	for i, dir := range r.platform.Overlays {
		at := []string{"overlays", strconv.Itoa(i)}
		out = append(out, namedOverlay{dir: beside(r.doc, dir, at...), path: diag.PathString(at), pos: r.doc.Position(at...)})
	}
	for _, dir := range req.Overlays {
		out = append(out, namedOverlay{dir: dir})
	}
	return out
}

// overlay applies the overlays over the objects, and then takes the components that are
// not wanted out. An overlay that is not there is a finding where the values name it,
// and an error where the command line does.
//
// CRDs are large and left out by default, and few overlays are for them: they are
// rendered only when an overlay is for something that is not there.
func (a *App) overlay(ctx context.Context, req Request, result *Result) error {
	overlays := result.overlays(req)
	opts := overlay.Options{Relocate: spec.Relocate, Partial: len(req.Include) > 0 || result.Remote != nil, Parallel: a.parallel}
	set, findings, err := laid(ctx, result.Set, overlays, opts)
	if err == nil && !req.wants(manifest.CRDs) && slices.ContainsFunc(findings, mayBeForCRDs) {
		more, found, moreErr := a.laidOverCRDs(ctx, result, overlays, opts)
		err = moreErr
		if more != nil || set == nil { // one that brings the CRDs itself is not for ours
			set, findings = more, found
		}
	}
	if err != nil {
		return err
	}
	result.add(req.FailOn, findings)
	result.Failed = result.Failed || set == nil
	if result.Failed {
		return nil
	}
	result.Set = set
	wanted := slices.Clone(result.Charts)
	result.Charts = slices.DeleteFunc(wanted, func(c spec.ChartValues) bool { return !req.wants(c.Component) })
	result.Set = slices.DeleteFunc(result.Set, func(o manifest.Object) bool {
		return o.Origin.Component != "" && !req.wants(o.Origin.Component)
	})
	return nil
}

// laid is a set with overlays over it; nil if the findings say that one cannot be built.
func laid(
	ctx context.Context, set manifest.Set, overlays []namedOverlay, opts overlay.Options,
) (manifest.Set, diag.List, error) {
	var all diag.List
	set = slices.Clone(set)
	for _, o := range overlays {
		out, findings, err := overlay.Apply(ctx, set, o.dir, opts)
		switch {
		case err != nil && (o.path == "" || ctx.Err() != nil):
			return nil, nil, err
		case err != nil:
			findings = diag.List{{
				Code: diag.CodeOverlayBuild, Severity: diag.Error, Pos: o.pos, Path: o.path, Message: err.Error(),
				Hint: "a path is relative to the folder of the file that names it",
			}}
		}
		all = append(all, findings...)
		if out == nil {
			return nil, all, nil
		}
		set = out
	}
	return set, all, nil
}

// mayBeForCRDs reports whether a finding may be gone with the CRDs among the objects:
// an entry matches nothing, or a patch has no object.
func mayBeForCRDs(f diag.Finding) bool {
	return f.Code == diag.CodeOverlayNothing ||
		f.Code == diag.CodeOverlayBuild && strings.Contains(f.Message, "CustomResourceDefinition")
}

// laidOverCRDs is laid for the objects and the CRDs.
func (a *App) laidOverCRDs(
	ctx context.Context, result *Result, overlays []namedOverlay, opts overlay.Options,
) (manifest.Set, diag.List, error) {
	renderer := chart.New(a.Charts, chart.Target{KubeVersion: result.platform.Cluster.KubernetesVersion})
	crds, err := a.crds(renderer, result.doc, result.platform, result.fetched)
	if err != nil {
		return nil, nil, err
	}
	return laid(ctx, slices.Concat(result.Set, crds).Sorted(), overlays, opts)
}
