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
	// World judges all objects together.
	World func(*model.World, model.Say)
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

// Judge applies rules to one member of the world: clusters first, then session
// jobs, snapshots and blue/green deployments, by their index in one line, of
// which Members gives the length. Safe for concurrent use.
func Judge(all []Rule, w *model.World, i int) diag.List {
	if i < len(w.Clusters) {
		c := w.Clusters[i]
		if c.Canary {
			return nil
		}
		c.Pods() // made here, on all processors: the rules across objects need all of them
		return each(all, c.Subject, func(r *Rule) func(*model.Cluster, model.Say) { return r.Cluster }, c)
	}
	if i -= len(w.Clusters); i < len(w.SessionJobs) {
		j := w.SessionJobs[i]
		return each(all, j.Subject, func(r *Rule) func(*model.SessionJob, model.Say) { return r.SessionJob }, j)
	}
	if i -= len(w.SessionJobs); i < len(w.Snapshots) {
		s := w.Snapshots[i]
		return each(all, s.Subject, func(r *Rule) func(*model.Snapshot, model.Say) { return r.Snapshot }, s)
	}
	b := w.BlueGreens[i-len(w.Snapshots)]
	return each(all, b.Subject, func(r *Rule) func(*model.BlueGreen, model.Say) { return r.BlueGreen }, b)
}

// Members is the number of things that Judge takes one by one.
func Members(w *model.World) int {
	return len(w.Clusters) + len(w.SessionJobs) + len(w.Snapshots) + len(w.BlueGreens)
}

// Across applies the rules about all objects together.
func Across(all []Rule, w *model.World) diag.List {
	return each(all, nil, func(r *Rule) func(*model.World, model.Say) { return r.World }, w)
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
