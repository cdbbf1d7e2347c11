package app

import (
	"context"
	"slices"
	"strconv"

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
// not wanted out. That one which the values name
// is not there is a finding; of the command line, an error.
func (a *App) overlay(ctx context.Context, req Request, result *Result) error {
	opts := overlay.Options{Relocate: spec.Relocate, Partial: len(req.Include) > 0}
	for _, o := range result.overlays(req) {
		set, findings, err := overlay.Apply(ctx, result.Set, o.dir, opts)
		switch {
		case err != nil && (o.path == "" || ctx.Err() != nil):
			return err
		case err != nil:
			findings = diag.List{{
				Code: diag.CodeOverlayBuild, Severity: diag.Error, Pos: o.pos, Path: o.path, Message: err.Error(),
				Hint: "a path is relative to the folder of the file that names it",
			}}
		}
		result.add(req.FailOn, findings)
		result.Failed = result.Failed || set == nil
		if result.Failed {
			return nil
		}
		result.Set = set
	}
	wanted := slices.Clone(result.Charts)
	result.Charts = slices.DeleteFunc(wanted, func(c spec.ChartValues) bool { return !req.wants(c.Component) })
	result.Set = slices.DeleteFunc(result.Set, func(o manifest.Object) bool {
		return o.Origin.Component != "" && !req.wants(o.Origin.Component)
	})
	return nil
}
