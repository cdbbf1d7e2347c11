package release

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Kind says what a release holds.
type Kind string

// The kinds, in the order in which they are installed.
const (
	Addon    Kind = "addon"
	Platform Kind = "platform"
	Operator Kind = "operator"
	Session  Kind = "session"  // a session cluster
	Job      Kind = "job"      // an application cluster, a blue/green deployment or a session job
	Snapshot Kind = "snapshot" // FlinkStateSnapshots
)

// Wave is what is installed at the same time. A wave begins when the one before
// it is ready.
type Wave int

// The waves. CRDs stand before them.
const (
	WaveAddons Wave = iota
	WavePlatform
	WaveOperator
	WaveClusters // session clusters and application clusters
	WaveSessionJobs
	WaveSnapshots
)

// String is the wave's name on screen.
func (w Wave) String() string {
	return [...]string{"add-ons", "platform", "operator", "clusters", "session jobs", "snapshots"}[w]
}

// Unit is one release to be.
type Unit struct {
	Kind            Kind
	Wave            Wave
	Name, Namespace string
	// Chart, Version and AppVersion are what helm list shows.
	Chart, Version, AppVersion string
	// Set are the objects, in order.
	Set manifest.Set
	// Source is the chart that Helm is to render and run by itself, instead of Set.
	Source *Source
	// Path is the values path that asked for it: jobs.orders. Empty for objects of manifests.
	Path string
}

// String is "job team/orders".
func (u Unit) String() string { return string(u.Kind) + " " + u.Namespace + "/" + u.Name }

// Charts are the names and versions that releases bear.
type Charts struct {
	// Platform, Operator and Jobs are a chart each.
	Platform, Operator, Jobs Chart
}

// Chart is what a release says it was made from.
type Chart struct{ Name, Version, AppVersion string }

// Plan is what is to be installed.
type Plan struct {
	// Platform is its name.
	Platform string
	// Namespace holds the releases of the platform and the operator.
	Namespace string
	// CRDs are applied first and belong to no release.
	CRDs manifest.Set
	// Units are in order of waves, kinds, namespaces and names.
	Units []Unit
}

// longest is the longest name of a Helm release (helm.sh/helm/v3/pkg/chartutil,
// ValidateReleaseName).
const longest = 53

// MakePlan puts every object into its release. The platform's and the operator's
// are named after the platform; each FlinkDeployment, FlinkBlueGreenDeployment and
// FlinkSessionJob has one of its own, named as the object, in its namespace, with
// what else comes from the same place in the values; snapshots follow their jobs.
func MakePlan(platform, namespace string, set manifest.Set, charts Charts) Plan {
	p, _ := makePlan(platform, namespace, set, charts)
	return *p
}

func makePlan(platform, namespace string, set manifest.Set, charts Charts) (*Plan, *maker) {
	p := &Plan{Platform: platform, Namespace: namespace}
	m := &maker{plan: p, charts: charts, at: map[string]int{}, owner: map[string]int{}, shared: map[Kind]int{}}
	var rest manifest.Set
	for _, o := range set.Sorted() { // in its order a cluster comes before a session job of the same name
		switch {
		case o.Key().Kind == "CustomResourceDefinition":
			p.CRDs = append(p.CRDs, o)
		case flinkKind(o.Key()):
			m.own(o)
		default:
			rest = append(rest, o)
		}
	}
	for _, o := range rest {
		m.share(o)
	}
	for i := range p.Units {
		p.Units[i].Set = p.Units[i].Set.Sorted()
	}
	p.sort()
	return p, m
}

func (p *Plan) sort() {
	slices.SortStableFunc(p.Units, func(a, b Unit) int {
		return cmp.Or(cmp.Compare(a.Wave, b.Wave), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace),
			cmp.Compare(a.Name, b.Name))
	})
}

// Add adds units, and CRDs to those that are applied first.
func (p *Plan) Add(units []Unit, crds manifest.Set) {
	p.Units = append(p.Units, units...)
	p.sort()
	p.CRDs = append(p.CRDs, crds...)
}

// flinkKind reports whether an object has a release of its own.
func flinkKind(k manifest.Key) bool {
	switch k.Kind {
	case "FlinkDeployment", "FlinkBlueGreenDeployment", "FlinkSessionJob", "FlinkStateSnapshot":
		return true
	}
	return false
}

type maker struct {
	plan   *Plan
	charts Charts
	at     map[string]int // namespace/name of a release to its unit
	owner  map[string]int // namespace and values path of a Flink object to its unit
	shared map[Kind]int   // the platform and the operator to their units
}

// own gives a Flink object its release.
func (m *maker) own(o manifest.Object) {
	key := o.Key()
	u := Unit{Kind: Job, Wave: WaveClusters, Name: key.Name, Namespace: key.Namespace, Path: o.Origin.Path, Set: manifest.Set{o}}
	switch key.Kind {
	case "FlinkDeployment":
		spec, _ := o.Data["spec"].(map[string]any)
		if spec["job"] == nil {
			u.Kind = Session
		}
	case "FlinkSessionJob":
		u.Wave = WaveSessionJobs
	case "FlinkStateSnapshot":
		u.Kind, u.Wave, u.Name = Snapshot, WaveSnapshots, "snapshot-"+key.Name
	}
	u.Name = shorten(u.Name)
	if _, taken := m.at[u.Namespace+"/"+u.Name]; taken { // a session job named as a cluster
		u.Name = shorten(u.Name + "-" + string(u.Kind))
	}
	i := m.add(u, m.charts.Jobs)
	if o.Origin.Path != "" {
		m.owner[key.Namespace+" "+o.Origin.Path] = i
	}
}

// share gives an object that is no Flink resource to the release that it belongs to.
func (m *maker) share(o manifest.Object) {
	key := o.Key()
	of := o.Origin.Component
	if i, ok := m.owner[key.Namespace+" "+o.Origin.Path]; ok && (of == manifest.Jobs || of == manifest.Monitoring) {
		m.plan.Units[i].Set = append(m.plan.Units[i].Set, o)
		return
	}
	kind := Platform
	if o.Origin.Component == manifest.Operator {
		kind = Operator
	}
	i := m.common(kind)
	m.plan.Units[i].Set = append(m.plan.Units[i].Set, o)
}

// common is the unit of the platform or of the operator, which is made when first
// asked for.
func (m *maker) common(kind Kind) int {
	if i, ok := m.shared[kind]; ok {
		return i
	}
	u := Unit{Kind: kind, Wave: WavePlatform, Namespace: m.plan.Namespace, Path: string(kind)}
	chart := m.charts.Platform
	if kind == Operator {
		u.Wave, chart = WaveOperator, m.charts.Operator
	}
	u.Name = shorten(m.plan.Platform + "-" + string(kind))
	if _, taken := m.at[u.Namespace+"/"+u.Name]; taken { // a job is named so
		u.Name = shorten(u.Name + "-" + string(kind))
	}
	m.shared[kind] = m.add(u, chart)
	return m.shared[kind]
}

func (m *maker) add(u Unit, c Chart) int {
	u.Chart, u.Version, u.AppVersion = c.Name, c.Version, c.AppVersion
	m.plan.Units = append(m.plan.Units, u)
	m.at[u.Namespace+"/"+u.Name] = len(m.plan.Units) - 1
	return len(m.plan.Units) - 1
}

// shorten cuts a name that is too long for a release, and keeps it apart from
// others that begin alike.
func shorten(name string) string {
	if len(name) <= longest {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%s-%s", name[:longest-9], hex.EncodeToString(sum[:])[:8])
}
