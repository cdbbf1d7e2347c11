package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/chart"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/pool"
	"github.com/helm-flink/helm-flink/internal/release/fetch"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// Build goes the whole way from values to objects that are verified. An error
// means that the work could not be done; findings in the result mean that the
// input is wrong.
func (a *App) Build(ctx context.Context, req Request) (Result, error) {
	result, err := a.objects(ctx, req)
	if err != nil || result.Failed || req.SkipVerify {
		return result, err
	}
	o := VerifyOptions{Options: result.options(verify.Options{})}
	findings, err := a.verifySet(ctx, o, result.Set, result.ignores)
	if err != nil {
		return result, err
	}
	result.Findings = append(result.Findings, findings...).Sorted()
	result.Failed = findings.Has(req.FailOn)
	return result, nil
}

// objects goes from values to objects, not verified yet.
func (a *App) objects(ctx context.Context, req Request) (Result, error) {
	if req.Found.Has(diag.Error) { // the stack that should name the files cannot be read
		return Result{Findings: req.Found, Failed: true}, nil
	}
	in, err := a.input(req)
	if err != nil {
		return Result{}, err
	}
	return a.build(ctx, req, in)
}

// build renders values, of which req gives nothing but what to do with them.
func (a *App) build(ctx context.Context, req Request, in values.Input) (Result, error) {
	result := Result{ignores: ignore.New(Entries())}
	result.ignores.Whole = req.Whole
	if result.add(req.FailOn, req.Found); result.Failed {
		return result, nil
	}
	doc, read, err := a.load(in)
	if err != nil {
		return result, err
	}
	if read.Has(diag.Error) { // it cannot be decoded, whatever --fail-on says
		result.add(req.FailOn, read)
		result.Failed = true
		return result, nil
	}
	broken := result.ignores.Add(slices.Concat(req.Ignores, ignore.FromValues(doc.Root.Get("ignore"), "ignore"))...)
	platform, findings, err := spec.Decode(doc)
	if err != nil {
		return result, err
	}
	result.doc, result.platform = doc, platform
	result.add(req.FailOn, slices.Concat(read, findings, broken))
	result.add(req.FailOn, result.ignores.Unused(judgedByValues))
	if result.Failed {
		return result, nil
	}
	if result.Charts, err = platform.Charts(); err != nil {
		return result, err
	}
	result.Region = platform.Cluster.Region
	result.verify = verify.Options{
		Operator: platform.ApacheOperator(), KubeVersion: platform.Cluster.KubernetesVersion, Complete: len(req.Include) == 0,
		Groups: nodeGroups(platform),
	}
	// An overlay is laid over the whole, since what it renames in one component is
	// named in another; but for the operator, which may have to be fetched.
	overlays := len(req.Overlays)+len(platform.Overlays) > 0
	result.Charts = slices.DeleteFunc(result.Charts, func(c spec.ChartValues) bool {
		return !req.wants(c.Component) && (c.Component == manifest.Operator || !overlays)
	})
	if err := a.fetchOperator(ctx, req, &result); err != nil {
		return result, err
	}
	if err := a.render(ctx, req, doc, platform, &result); err != nil || result.Failed {
		return result, err
	}
	err = a.overlay(ctx, req, &result)
	return result, err
}

// options are the facts that the values give, where the user's own options leave
// them open.
func (r Result) options(o verify.Options) verify.Options {
	if o.Operator.IsZero() {
		o.Operator = r.verify.Operator
	}
	o.KubeVersion = cmp.Or(o.KubeVersion, r.verify.KubeVersion)
	o.Complete = o.Complete || r.verify.Complete
	o.Groups = r.verify.Groups
	return o
}

// judgedByValues reports whether findings of a code are all known once the
// values are decoded.
func judgedByValues(c diag.Code) bool { return c < "FLK100" }

// add takes the findings that are not ignored.
func (r *Result) add(failOn diag.Severity, findings diag.List) {
	findings = r.ignores.Filter(findings)
	r.Findings = append(r.Findings, findings...).Sorted()
	r.Failed = r.Failed || findings.Has(failOn)
}

// wants reports whether a component is part of the output.
func (r Request) wants(c manifest.Component) bool {
	if c == manifest.CRDs {
		return r.IncludeCRDs || slices.Contains(r.Include, manifest.CRDs)
	}
	return len(r.Include) == 0 || slices.Contains(r.Include, c)
}

// input reads the files that a request names.
func (a *App) input(req Request) (values.Input, error) {
	in := values.Input{Sets: req.Sets, ReadFile: a.read}
	if len(req.Files)+len(req.Sets) == 0 {
		return in, diag.ErrNoInput
	}
	for _, name := range req.Files {
		data, err := a.read(name)
		if err != nil {
			return in, err
		}
		in.Files = append(in.Files, values.Source{Name: shownName(name), Data: data})
	}
	return in, nil
}

// load merges and checks the values.
func (a *App) load(in values.Input) (*values.Document, diag.List, error) {
	schema, err := values.ReadSchema("values.schema.json", a.Schema)
	if err != nil {
		return nil, nil, fmt.Errorf("values.schema.json: %w", err)
	}
	return values.Load(in, schema)
}

// read returns a file's content, at most one byte more than values may have.
func (a *App) read(name string) ([]byte, error) {
	f, err := a.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read values: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, values.MaxSize+1))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("read values: %w", err)
	}
	return data, nil
}

// unitSize is how many entries of a chart's values are rendered at a time.
const unitSize = 64

// render renders every chart, several at once, into one order.
func (a *App) render(ctx context.Context, req Request, doc *values.Document, p *spec.Platform, result *Result) error {
	renderer := chart.New(a.Charts, chart.Target{KubeVersion: p.Cluster.KubernetesVersion})
	blame, locator := p.Blame(), p.Locator()
	var units []chart.Unit
	var of []spec.ChartValues // the chart of each unit
	shared := pool.New()
	for i, c := range result.Charts {
		if spec.IsRemote(c.Source) && result.fetched == nil {
			result.Remote = &result.Charts[i]
			continue
		}
		shared.Parts(c.Values)
		unit, err := a.unit(doc, blame, c, result.fetched)
		if err != nil {
			return err
		}
		for _, unit := range renderer.Apart(unit, unitSize) {
			units, of = append(units, unit), append(of, c)
		}
	}
	sets, lists, errs := make([]manifest.Set, len(units)), make([]diag.List, len(units)), make([]error, len(units))
	var pooled sync.Mutex
	err := a.parallel(ctx, len(units), func(i int) {
		sets[i], lists[i], errs[i] = renderer.Render(ctx, units[i])
		pooled.Lock()
		defer pooled.Unlock()
		for n := range sets[i] {
			o := &sets[i][n]
			shared.Parts(o.Data)
			o.Origin.Locate = locator.Locate(*o, blamed(blame, of[i], o.Key()))
		}
	})
	if err = cmp.Or(append(errs, err)...); err != nil {
		return err
	}
	for _, list := range lists {
		result.add(req.FailOn, list)
	}
	if req.wants(manifest.CRDs) {
		crds, err := a.crds(renderer, doc, p, result.fetched)
		if err != nil {
			return err
		}
		sets = append(sets, crds)
	}
	result.Set = slices.Concat(sets...).Sorted()
	return nil
}

// crds are the bundled ones; a chart from elsewhere brings its own.
func (a *App) crds(
	r *chart.Renderer, doc *values.Document, p *spec.Platform, fetched *fetch.Chart,
) (manifest.Set, error) {
	source, _ := p.ChartSource()
	unit := chart.Unit{Chart: "flink-operator"}
	switch {
	case spec.IsRemote(source) && fetched == nil:
		return nil, nil
	case spec.IsRemote(source):
		unit.Source = fetchedSource(fetched)
	case source != spec.SourceBundled:
		var err error
		if unit.Source, err = a.source(operatorSource, beside(doc, source, "operator", "chart", "source")); err != nil {
			return nil, err
		}
	}
	return r.CRDs(unit)
}

func (a *App) unit(
	doc *values.Document, blame func(manifest.Key) []string, c spec.ChartValues, fetched *fetch.Chart,
) (chart.Unit, error) {
	origin := func(path []string) manifest.Origin {
		return manifest.Origin{Component: c.Component, Path: diag.PathString(path), Pos: doc.Position(path...)}
	}
	unit := chart.Unit{
		Chart: c.Chart, Release: c.Release, Namespace: c.Namespace, Values: c.Values, Component: c.Component,
		Blame: func(key manifest.Key) manifest.Origin { return origin(blamed(blame, c, key)) },
	}
	if c.Component == manifest.Operator {
		owner := []string{"operator", "values"}
		if c.Source != spec.SourceBundled && doc.Root.At(owner...) == nil { // the chart is the user's, the values are ours
			owner = []string{"operator", "chart", "source"}
		}
		unit.Owner = origin(owner)
		unit.Locate = func(path string) diag.Position { return doc.Position(strings.Split(path, ".")...) }
	}
	switch {
	case spec.IsRemote(c.Source):
		unit.Source = fetchedSource(fetched)
	case c.Source != spec.SourceBundled:
		path := beside(doc, c.Source, "operator", "chart", "source")
		var err error
		if unit.Source, err = a.source(operatorSource, path); err != nil {
			return unit, err
		}
	}
	return unit, nil
}

// beside is a path that the values name, seen from the folder of their file.
func beside(doc *values.Document, path string, at ...string) string {
	if pos := doc.Position(at...); pos.File != "" && !filepath.IsAbs(path) {
		return filepath.Join(filepath.Dir(pos.File), path)
	}
	return path
}

// blamed is the values path that asked for an object, or that of its chart. What
// the operator's chart has in a team's namespace is the operator's.
func blamed(blame func(manifest.Key) []string, c spec.ChartValues, key manifest.Key) []string {
	if path := blame(key); path != nil && c.Component != manifest.Operator {
		return path
	}
	return c.Path
}

// operatorSource is the values path of the operator's chart.
const operatorSource = "operator.chart.source"

// source opens a chart on disk, a directory or a .tgz file, that the values name
// under a key.
func (a *App) source(key, path string) (chart.Source, error) {
	if !strings.HasSuffix(path, ".tgz") {
		dir := a.Dir(path)
		if _, err := fs.Stat(dir, "Chart.yaml"); err != nil {
			return chart.Source{}, fmt.Errorf("%s: %w", key, err)
		}
		return chart.Source{Name: path, Dir: dir}, nil
	}
	f, err := a.Open(path)
	if err != nil {
		return chart.Source{}, fmt.Errorf("%s: %w", key, err)
	}
	data, err := io.ReadAll(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return chart.Source{}, fmt.Errorf("%s: %w", key, err)
	}
	return chart.Source{Name: path, Archive: data}, nil
}
