// Package rules holds the rules about Flink, EMR and Karpenter objects, each in
// a file of its own: a method of Catalogue that is named by its code and gives
// its documentation, its examples and its check.
//
// Adding a rule is adding a file. It may import model, api, pods, karpenter, flink,
// aws, manifest and diag.
package rules

import (
	"reflect"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// Rule is one rule: its documentation, and a check for each kind of thing that
// it judges; the others are nil. A check says what is wrong and stops at
// nothing; it must not change what it looks at, and may run at the same time as
// others.
type Rule struct {
	diag.Entry

	// Cluster judges each FlinkDeployment, and the one in the template of each
	// FlinkBlueGreenDeployment. Canaries are left out.
	Cluster    func(*model.Cluster, model.Say)
	SessionJob func(*model.SessionJob, model.Say)
	Snapshot   func(*model.Snapshot, model.Say)
	BlueGreen  func(*model.BlueGreen, model.Say)
	// Across judges Flink resources in the light of each other.
	Across func(*model.World) Across
	// World judges the objects that are no Flink resources, together.
	World func(*model.World, model.Say)
}

// Across sees the Flink resources of one world, one by one in the order of the
// input. It keeps of a resource what it copies, but never the resource: of these
// there may be very many. Any of its functions may be nil.
type Across struct {
	// Cluster sees what Rule.Cluster sees.
	Cluster   func(*model.Cluster, model.Say)
	BlueGreen func(*model.BlueGreen, model.Say)
	// Done is called behind the last one.
	Done func(model.Say)
}

// Catalogue has a method for each rule, named by its code.
type Catalogue struct{}

// All returns every rule in the order of the codes.
func All() []Rule {
	v := reflect.ValueOf(Catalogue{})
	var all []Rule
	for i := range v.NumMethod() { // sorted by name, which is the code
		if make, ok := reflect.TypeAssert[func() Rule](v.Method(i)); ok {
			rule := make()
			rule.Code = diag.Code(v.Type().Method(i).Name)
			all = append(all, rule)
		}
	}
	return all
}

// Judge applies the rules about single resources to one. Safe for concurrent
// use.
func Judge(all []Rule, m model.Member) diag.List {
	switch {
	case m.BlueGreen != nil:
		own := each(all, m.BlueGreen.Subject, func(r *Rule) func(*model.BlueGreen, model.Say) { return r.BlueGreen }, m.BlueGreen)
		return append(judgeCluster(all, m.Cluster), own...)
	case m.Cluster != nil:
		return judgeCluster(all, m.Cluster)
	case m.SessionJob != nil:
		return each(all, m.SessionJob.Subject, func(r *Rule) func(*model.SessionJob, model.Say) { return r.SessionJob }, m.SessionJob)
	case m.Snapshot != nil:
		return each(all, m.Snapshot.Subject, func(r *Rule) func(*model.Snapshot, model.Say) { return r.Snapshot }, m.Snapshot)
	default:
		return nil
	}
}

func judgeCluster(all []Rule, c *model.Cluster) diag.List {
	if c == nil || c.Canary() {
		return nil
	}
	c.Pods() // made here, on all processors: the rules across resources need them
	return each(all, c.Subject, func(r *Rule) func(*model.Cluster, model.Say) { return r.Cluster }, c)
}

// Observer applies the rules across resources to one world.
type Observer struct {
	rules  []Rule
	across []Across
	world  *model.World
}

// Observe starts to judge a world.
func Observe(all []Rule, w *model.World) *Observer {
	o := &Observer{world: w}
	for i := range all {
		if all[i].Across != nil {
			o.rules, o.across = append(o.rules, all[i]), append(o.across, all[i].Across(w))
		} else if all[i].World != nil {
			world := all[i].World
			o.rules = append(o.rules, all[i])
			o.across = append(o.across, Across{Done: func(say model.Say) { world(w, say) }})
		}
	}
	return o
}

// See takes one resource, in the order of the input.
func (o *Observer) See(m model.Member) diag.List {
	var out diag.List
	if c := m.Cluster; c != nil && !c.Canary() {
		out = o.each(c.Subject, func(a *Across, say model.Say) {
			if a.Cluster != nil {
				a.Cluster(c, say)
			}
		})
	}
	if b := m.BlueGreen; b != nil {
		out = append(out, o.each(b.Subject, func(a *Across, say model.Say) {
			if a.BlueGreen != nil {
				a.BlueGreen(b, say)
			}
		})...)
	}
	return out
}

// Done judges what can be said when all resources have been seen.
func (o *Observer) Done() diag.List {
	return o.each(nil, func(a *Across, say model.Say) {
		if a.Done != nil {
			a.Done(say)
		}
	})
}

func (o *Observer) each(judged *model.Subject, apply func(*Across, model.Say)) diag.List {
	var out diag.List
	at := 0
	say := func(p model.Problem) { out = append(out, p.Finding(o.rules[at].Entry, judged)) }
	for at = range o.across {
		apply(&o.across[at], say)
	}
	return out
}

// Findings gives all findings about a world, one resource after the other.
func Findings(all []Rule, w *model.World) diag.List {
	var out diag.List
	o := Observe(all, w)
	for i := range w.Members() {
		m := w.Member(i)
		out = append(out, Judge(all, m)...)
		out = append(out, o.See(m)...)
	}
	return append(out, o.Done()...)
}

// each runs one kind of check of every rule that has it.
func each[T any](all []Rule, judged *model.Subject, of func(*Rule) func(T, model.Say), what T) diag.List {
	var out diag.List
	var r *Rule // one closure for all rules: they are many
	say := func(p model.Problem) { out = append(out, p.Finding(r.Entry, judged)) }
	for i := range all {
		r = &all[i]
		if check := of(r); check != nil {
			check(what, say)
		}
	}
	return out
}
