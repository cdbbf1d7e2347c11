// Package chart renders Helm charts in process: values in, objects out.
//
// It uses Helm's own engine without a cluster, so that what it gives is what
// `helm template` gives. It may import manifest and diag of this module, and
// of third parties Helm's chart and engine packages.
package chart

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/standin"
)

// Target is the cluster that charts are rendered for.
type Target struct {
	// KubeVersion is major.minor or major.minor.patch, with or without a
	// leading v: "1.33". Templates read it as .Capabilities.KubeVersion. Empty
	// stands for Helm's own default.
	KubeVersion string
	// APIs are served beside those that Helm knows by itself: example.com/v1,
	// example.com/v1/Widget. Templates ask .Capabilities.APIVersions for them.
	APIs []string
}

// Source is a chart that is not bundled. The zero value stands for the bundled
// chart of Unit.Chart. Reading the disk is the caller's part.
type Source struct {
	// Name is the place as the user wrote it. It names the chart in messages
	// and is the key under which the loaded chart is kept.
	Name string
	// Dir is the root of an unpacked chart, where Chart.yaml lies.
	Dir fs.FS
	// Archive is the content of a packaged chart (.tgz). Dir goes before it.
	Archive []byte
}

// bundled reports whether nothing but the bundled chart is meant.
func (s Source) bundled() bool { return s.Dir == nil && s.Archive == nil }

// Unit is one chart rendering: helm template RELEASE CHART -n NAMESPACE.
type Unit struct {
	// Chart is the chart's directory under the charts' file system:
	// "flink-jobs". With a Source it only names the unit in errors.
	Chart string
	// Release and Namespace are what templates read as .Release.
	Release, Namespace string
	// Values are laid over the chart's own values.yaml, as Helm does it: maps
	// merge, everything else replaces, null removes the chart's default. JSON-shaped;
	// neither changed nor kept.
	Values map[string]any
	// Component is set on the origin of every object.
	Component manifest.Component
	// Source is the chart itself where it is not bundled.
	Source Source
	// Blame says which values path asked for an object. Nil, or an origin with
	// nothing in it, leaves the component as all that is known.
	Blame func(manifest.Key) manifest.Origin
	// Owner is the values path under which the user writes values of this very
	// chart (operator.values). A chart that refuses its values is then a
	// finding there. Without a path all values are computed ones, and a refusal
	// is an error.
	Owner manifest.Origin
	// Locate gives the position of a values path below Owner, dotted
	// (operator.values.replicas); nil, or a position with nothing in it, leaves
	// Owner's position.
	Locate func(path string) diag.Position
	// Hooks gives the hooks too that an installation does not run, but for tests.
	Hooks bool
}

// Renderer renders charts for one target. It may be used by many goroutines.
type Renderer struct {
	charts fs.FS
	target Target

	mu     sync.Mutex
	loaded map[string]*bundle
}

// bundle is a chart that was read once.
type bundle struct {
	files []*loader.BufferedFile
	chart *chart.Chart
	err   error
}

// New makes a renderer over the bundled charts: one directory per chart at the
// root of charts. Nothing is read before the first use.
func New(charts fs.FS, t Target) *Renderer {
	return &Renderer{charts: charts, target: t, loaded: map[string]*bundle{}}
}

// Render gives the objects of one unit in manifest's order. Left out are
// NOTES.txt, partials, empty documents, the chart's crds/ directory (see CRDs)
// and those of its hooks that an installation does not run (tests, deletion,
// rollback; see Unit.Hooks). A list object is replaced by its items.
//
// Templates see no cluster (lookup finds nothing), .Release.Service "Helm",
// .Release.IsInstall true and .Release.Revision 1, as `helm template` has it.
func (r *Renderer) Render(ctx context.Context, u Unit) (manifest.Set, diag.List, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("render %s: %w", u.Chart, err)
	}
	var left standin.Values
	top, c, list, err := r.values(u, &left)
	if err != nil || len(list) > 0 {
		return nil, list, err
	}
	files, err := engine.Engine{}.Render(c, top)
	if err != nil {
		return u.refused(templateError(err))
	}
	var out manifest.Set
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, "NOTES.txt") {
			continue
		}
		objects, err := decode(files[name])
		if err != nil {
			return u.refused(name + ": " + err.Error())
		}
		for _, data := range objects {
			if !Installs(data) && (!u.Hooks || tests(data)) {
				continue
			}
			left.Restore(data)
			o := manifest.Object{Data: data}
			o.Origin = u.origin(o.Key())
			out = append(out, o)
		}
	}
	return out.Sorted(), nil, nil
}

// CRDs gives the objects of a chart's crds/ directory, in manifest's order.
// Of the unit only Chart and Source are read.
func (r *Renderer) CRDs(u Unit) (manifest.Set, error) {
	b, err := r.load(u)
	if err != nil {
		return nil, fmt.Errorf("crds of chart %s: %w", u.Chart, err)
	}
	var out manifest.Set
	for _, crd := range b.chart.CRDObjects() {
		objects, err := decode(string(crd.File.Data))
		if err != nil {
			return nil, fmt.Errorf("crds of chart %s: %s: %w", u.Chart, crd.Name, err)
		}
		for _, data := range objects {
			out = append(out, manifest.Object{Data: data, Origin: manifest.Origin{Component: manifest.CRDs}})
		}
	}
	return out.Sorted(), nil
}

// values makes what the templates see, and holds it against the chart's
// schema. Findings or an error mean that there is nothing to render. left gets what
// the templates do not see, since they only print it.
func (r *Renderer) values(u Unit, left *standin.Values) (chartutil.Values, *chart.Chart, diag.List, error) {
	refuse := func(message string) (chartutil.Values, *chart.Chart, diag.List, error) {
		_, list, err := u.refused(message)
		return nil, nil, list, err
	}
	caps, err := r.capabilities()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("render %s: %w", u.Chart, err)
	}
	b, err := r.load(u)
	if err != nil {
		return refuse(err.Error())
	}
	c := b.chart
	if c.Metadata.KubeVersion != "" && !chartutil.IsCompatibleRange(c.Metadata.KubeVersion, caps.KubeVersion.String()) {
		return refuse(fmt.Sprintf("chart %s wants Kubernetes %s, not %s",
			c.Name(), c.Metadata.KubeVersion, caps.KubeVersion.String()))
	}
	if len(c.Dependencies()) > 0 {
		// Switching dependencies on and off changes the chart: take a fresh one.
		if c, err = loader.LoadFiles(b.files); err != nil {
			return refuse(err.Error())
		}
		if err := chartutil.ProcessDependenciesWithMerge(c, u.Values); err != nil {
			return refuse(err.Error())
		}
	}
	small, large := aside(c, u.Values)
	top, err := chartutil.ToRenderValuesWithSchemaValidation(c, small,
		chartutil.ReleaseOptions{Name: u.Release, Namespace: u.Namespace, Revision: 1, IsInstall: true}, caps, true)
	if err != nil {
		return refuse(err.Error())
	}
	merged, ok := top["Values"].(chartutil.Values)
	if !ok {
		return nil, nil, nil, fmt.Errorf("render %s: values of type %T", u.Chart, top["Values"])
	}
	maps.Copy(merged, large)
	list, err := checkSchema(u, c, merged)
	var paths [][]string
	if u.Source.bundled() && !standin.Marked(merged.AsMap()) {
		paths = verbatimPaths(c)
	}
	for key, value := range large {
		merged[key] = leftOut(left, value, below(paths, key))
	}
	return top, c, list, err
}

// capabilities are Helm's defaults with the target's version.
func (r *Renderer) capabilities() (*chartutil.Capabilities, error) {
	caps := chartutil.DefaultCapabilities.Copy()
	caps.APIVersions = slices.Concat(caps.APIVersions, r.target.APIs)
	v := strings.TrimPrefix(r.target.KubeVersion, "v")
	if v == "" {
		return caps, nil
	}
	if strings.Count(v, ".") == 1 {
		v += ".0"
	}
	parsed, err := chartutil.ParseKubeVersion(v)
	if err != nil {
		return nil, fmt.Errorf("kubernetes version %q: %w", r.target.KubeVersion, err)
	}
	caps.KubeVersion = *parsed
	return caps, nil
}

// origin asks the unit whom an object belongs to.
func (u Unit) origin(k manifest.Key) manifest.Origin {
	var o manifest.Origin
	if u.Blame != nil {
		o = u.Blame(k)
	}
	if o.Component == "" {
		o.Component = u.Component
	}
	return o
}

// refused says that the chart cannot be rendered with its values: a finding where the
// user wrote them, otherwise an error.
func (u Unit) refused(message string) (manifest.Set, diag.List, error) {
	if u.Owner.Path == "" {
		return nil, nil, fmt.Errorf("render %s: %s", u.Chart, message)
	}
	return nil, diag.List{u.finding(diag.CodeChartRender, u.Owner.Path, message)}, nil
}

// finding makes an error at a path at or below Owner's.
func (u Unit) finding(code diag.Code, path, message string) diag.Finding {
	pos := u.Owner.Pos
	if u.Locate != nil {
		if p := u.Locate(path); !p.IsZero() {
			pos = p
		}
	}
	return diag.Finding{Code: code, Severity: diag.Error, Pos: pos, Path: path, Message: message}
}
