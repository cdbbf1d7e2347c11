package spec

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/values"
)

// Locator finds the values that the fields of rendered objects come from. It may
// be used by many goroutines.
type Locator struct {
	doc      *values.Document
	platform *Platform
	tables   func() tables
}

// tables are made at the first question: where nothing is wrong, none is asked.
type tables struct {
	kinds    []kindFields
	config   map[string][]source
	spelled  map[string][]string
	clusters []*cluster
}

// Locator makes the locator of a decoded platform.
func (p *Platform) Locator() *Locator {
	return &Locator{doc: p.doc, platform: p, tables: sync.OnceValue(func() tables {
		config := map[string][]source{}
		for key, from := range configSources() {
			config[key] = sources(from)
		}
		return tables{allFields(), config, spellings(), p.clusters()}
	})}
}

// Locate returns manifest.Origin's Locate for an object that the values at path
// asked for: jobs.orders. For a field whose value is a default, it gives the
// nearest part of path that is written.
func (l *Locator) Locate(o manifest.Object, path []string) func(field []string) (string, diag.Position) {
	return func(field []string) (string, diag.Position) {
		found := l.origin(o, path).find(named(o.Data, field))
		return diag.PathString(found), l.doc.Position(found...)
	}
}

// Relocate returns manifest.Origin's Locate for an object that was changed since
// it was rendered: what stands in another place of a list now is found by its
// name. Nil for an object that has none.
func Relocate(o manifest.Object) func(field []string) (string, diag.Position) {
	locate := o.Origin.Locate
	if locate == nil {
		return nil
	}
	return func(field []string) (string, diag.Position) {
		var names []string
		for _, s := range named(o.Data, field) {
			names = append(names, s.key)
		}
		return locate(names)
	}
}

// origin is where the fields of one object can come from.
type origin struct {
	*Locator
	// own is what a field with no other place has, and the most special layer.
	own []string
	// layers hold the values, the most special first.
	layers [][]string
	team   []string
	// allowed are the keys that the lower layers give to such an object.
	allowed []string
	// suffix is what is left of the object's name behind that of its table.
	suffix string
	places []place
	// nested says that the FlinkDeploymentSpec stands under spec.template.spec.
	nested bool
}

func (l *Locator) origin(o manifest.Object, path []string) *origin {
	key := o.Key()
	out := &origin{Locator: l, own: l.owner(key, path), nested: key.Kind == "FlinkBlueGreenDeployment"}
	for _, k := range l.tables().kinds {
		if k.kind == key.Kind && strings.HasPrefix(key.Name, k.name) {
			if k.name != "" {
				out.suffix = strings.TrimPrefix(key.Name, k.name)
			}
			out.places = append(out.places, k.places...)
		}
	}
	out.layers = [][]string{out.own}
	team, kind := l.teamOf(out.own)
	if out.team = []string{"teams", team}; team == "" {
		out.team = nil
	}
	if kind == nil {
		return out
	}
	out.allowed = jsonKeys(kind)
	if team != "" {
		out.layers = append(out.layers, []string{"teams", team, "jobDefaults"})
	}
	out.layers = append(out.layers, []string{"jobDefaults"}, []string{"runtime"})
	return out
}

// owner is the path that asked for an object: the account of a job with a role
// of its own is that job's.
func (l *Locator) owner(key manifest.Key, path []string) []string {
	if key.Kind != "ServiceAccount" {
		return path
	}
	for _, k := range l.tables().clusters {
		if k.Role != nil && k.team.Namespace == key.Namespace && k.serviceAccount() == key.Name {
			return k.path
		}
	}
	return path
}

// teamOf gives the team of a path of the values, and the type of its layers
// where it has any.
func (l *Locator) teamOf(path []string) (team string, layered reflect.Type) {
	if len(path) < 2 {
		return "", nil
	}
	p, key := l.platform, path[1]
	switch path[0] {
	case "teams":
		return key, nil
	case "jobs":
		return p.Jobs[key].Team, reflect.TypeFor[Job]()
	case "blueGreen":
		return p.BlueGreen[key].Team, reflect.TypeFor[BlueGreen]()
	case "sessionClusters":
		return p.SessionClusters[key].Team, reflect.TypeFor[SessionCluster]()
	case "sessionJobs":
		return p.SessionClusters[p.SessionJobs[key].Cluster].Team, reflect.TypeFor[SessionJob]()
	case "snapshots":
		if t, _ := p.snapshotTarget(p.Snapshots[key]); t != nil {
			return t.Key, nil
		}
	}
	return "", nil
}

// find gives the path of the values for a field: that of the field itself, or
// of the nearest one above it that comes from somewhere.
func (o *origin) find(field []step) []string {
	if o.nested && len(field) > 2 && field[0].key == "spec" && field[1].key == "template" {
		field = slices.Concat(field[:1], field[3:])
	}
	if len(field) > 2 && field[0].key == "spec" && field[1].key == "flinkConfiguration" {
		return o.setting(field[2:])
	}
	for n := len(field); n > 1; n-- {
		// What stands above a field says little about it, unless it is in a list or
		// the object's own.
		layers := o.layers
		if n < len(field) && field[n-1].index < 0 {
			layers = layers[:1]
		}
		for _, p := range o.places {
			if rest, ok := p.match(field[:n]); ok {
				if path := o.first(p.from, rest, layers); path != nil {
					return path
				}
			}
		}
	}
	return o.near(field)
}

// near is the nearest part of the object's own values to a field that none of
// them gives.
func (o *origin) near(field []step) []string {
	for _, p := range o.places {
		if rest, ok := p.match(field); ok && len(p.steps) > 1 {
			return o.deepest(p.from, rest)
		}
	}
	return o.own
}

func (o *origin) deepest(from []source, rest []step) []string {
	for _, s := range from {
		if s.scope != "" {
			continue
		}
		path, _ := follow(o.doc.Root.At(o.own...), s.steps(rest, o.suffix))
		return slices.Concat(o.own, path)
	}
	return o.own
}

// first gives the path of the first source that the values have.
func (o *origin) first(from []source, rest []step, layers [][]string) []string {
	for _, s := range from {
		bases := layers
		switch {
		case s.scope == "root":
			bases = [][]string{nil}
		case s.scope == "team" && o.team == nil:
			continue
		case s.scope == "team":
			bases = [][]string{o.team}
		}
		for i, base := range bases {
			if s.scope == "" && i > 0 && !slices.Contains(o.allowed, s.keys[0]) {
				continue
			}
			if path := s.in(o.doc.Root.At(base...), rest, o.suffix); path != nil {
				return slices.Concat(base, path)
			}
		}
	}
	return nil
}

// setting gives the path of the values for a key of the flinkConfiguration: the
// key as the user wrote it, nested or not, or what it is derived from.
func (o *origin) setting(field []step) []string {
	parts := make([]string, len(field))
	for i, s := range field {
		parts[i] = s.key
	}
	key := strings.Join(parts, ".")
	names := append([]string{key}, o.tables().spelled[key]...)
	for _, where := range [][]string{{"spec", "flinkConfiguration"}, {"flinkConfiguration"}} {
		for _, name := range names {
			for _, layer := range o.layers {
				at := slices.Concat(layer, where)
				if path := written(o.doc.Root.At(at...), name); path != nil {
					return slices.Concat(at, path)
				}
			}
		}
	}
	for _, name := range names {
		from := o.tables().config[autoscalerKey(name)]
		if from == nil {
			continue
		}
		if path := o.first(from, nil, o.layers); path != nil {
			return path
		}
		return o.deepest(from, nil)
	}
	path, _ := follow(o.doc.Root.At(o.own...), []step{{key: "flinkConfiguration", index: -1}})
	return slices.Concat(o.own, path)
}

// written finds a key of a flinkConfiguration in the shape that it was written
// in; of several the last one counts, as in Config.
func written(n *values.Node, key string) (path []string) {
	for _, k := range n.Keys() {
		child := n.Get(k)
		if k == key {
			path = []string{k}
			continue
		}
		if rest, ok := strings.CutPrefix(key, k+"."); ok && child.Kind == values.Map {
			if below := written(child, rest); below != nil {
				path = append([]string{k}, below...)
			}
		}
	}
	return path
}
