// Package base parts objects into units, which are applied one after the other,
// and lays each out as a Kustomize base.
//
// It may import emit, and what that may.
package base

import (
	"cmp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Wave is the place of a unit in time: a unit needs those of the waves before it.
type Wave int

// The waves. The operator comes after the teams' namespaces, because it does not
// start without its Roles in them; the jobs come after the operator, because its
// webhook judges them.
const (
	Definitions Wave = iota // CRDs
	Ground                  // namespaces, rights, service accounts, nodes
	Operator                // without its namespace, which is never pruned
	Chart                   // the operator where it is a chart of others
	Jobs
)

// Unit is a part of the output that is applied at once.
type Unit struct {
	// Name is a DNS label: crds, operator-namespace, operator, team-payments, jobs-payments.
	Name string
	// Dir is its folder: crds, operator, teams/payments/base, teams/payments/jobs.
	Dir  string
	Wave Wave
	Set  manifest.Set
}

// Units parts a set by component and team, in the order in which the units are
// applied; within a unit the set keeps its order. teams gives the team of each
// namespace that has one, operator the operator's namespace.
//
// What is in a team's namespace is the team's: its jobs, and what they stand on.
// What is in no namespace is its component's, or "other" for what an overlay made.
// The operator's Namespace is a unit of its own: parts of the operator may be
// pruned, and a Namespace takes all that is in it along.
func Units(set manifest.Set, teams map[string]string, operator string) []Unit {
	at := map[string]int{}
	var units []Unit
	for _, o := range set {
		u := unitOf(o, teams, operator)
		i, ok := at[u.Dir]
		if !ok {
			i = len(units)
			at[u.Dir] = i
			units = append(units, u)
		}
		units[i].Set = append(units[i].Set, o)
	}
	slices.SortFunc(units, func(a, b Unit) int { return cmp.Or(cmp.Compare(a.Wave, b.Wave), cmp.Compare(a.Dir, b.Dir)) })
	return units
}

func unitOf(o manifest.Object, teams map[string]string, operator string) Unit {
	key := o.Key()
	if key.Kind == "CustomResourceDefinition" {
		return Unit{Name: "crds", Dir: "crds", Wave: Definitions}
	}
	namespace := key.Namespace
	if key.Kind == "Namespace" {
		namespace = key.Name
	}
	team, ok := teams[namespace]
	switch job := isJob(o); {
	case ok && (job || o.Origin.Component == manifest.Monitoring): // what scrapes and judges a job goes with it
		return Unit{Name: "jobs-" + label(team), Dir: "teams/" + emit.Folder(team) + "/jobs", Wave: Jobs}
	case ok:
		return Unit{Name: "team-" + label(team), Dir: "teams/" + emit.Folder(team) + "/base", Wave: Ground}
	case job && namespace != "":
		return Unit{Name: "jobs", Dir: "jobs", Wave: Jobs}
	case key.Kind == "Namespace" && (o.Origin.Component == manifest.Operator || namespace == operator):
		return Unit{Name: "operator-namespace", Dir: "operator-namespace", Wave: Ground}
	case o.Origin.Component == manifest.Operator, namespace != "" && namespace == operator:
		return Unit{Name: "operator", Dir: "operator", Wave: Operator}
	}
	name := cmp.Or(string(o.Origin.Component), "other")
	if o.Origin.Component == manifest.Jobs { // its StorageClasses, in no namespace
		name = "cluster"
	}
	return Unit{Name: name, Dir: name, Wave: Ground}
}

// isJob reports whether an object is a job, or goes with one.
func isJob(o manifest.Object) bool {
	return o.Origin.Component == manifest.Jobs || strings.HasPrefix(o.Key().APIVersion, "flink.apache.org/")
}

// label is a team's name as a part of a Kubernetes name.
func label(team string) string { return emit.Folder(team) }
