// Package verify judges objects: against the schemas and checks of the API
// server, and by the rules about Flink, EMR and nodes.
//
// Objects go in one by one, in any number of goroutines (Inspect), and once
// all of them are known they are judged together (World). It may import pods,
// karpenter, flink, aws, manifest and diag of this module, and of third parties
// apiextensions and apiserver.
package verify

import (
	"iter"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/verify/api"
	"github.com/helm-flink/helm-flink/internal/verify/model"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// Options choose the facts that objects are judged by.
type Options = model.Options

// Distribution is whose Flink a resource is for: Apache or EMR.
type Distribution = model.Distribution

// The two distributions.
const (
	Apache = model.Apache
	EMR    = model.EMR
)

// Unit is what is kept of an object between Inspect and Judge.
type Unit = model.Unit

// Verifier judges the objects of one call.
type Verifier struct {
	options Options
	api     *api.Checker
	rules   []rules.Rule
}

// New makes a verifier. crds are CustomResourceDefinitions beside the known
// ones, which go before those of the same kind.
func New(o Options, crds []manifest.Object) (*Verifier, diag.List, error) {
	checker, findings, err := api.New(api.Options{CRDs: crds, KubeVersion: o.KubeVersion})
	if err != nil {
		return nil, findings, err
	}
	return &Verifier{options: o, api: checker, rules: rules.All()}, findings, nil
}

// Inspect checks one object by itself, as the API server does, and returns what
// the rules need of it later: its name alone if it holds a quantity that takes
// long to read. Safe for concurrent use.
func (v *Verifier) Inspect(o manifest.Object) (Unit, diag.List) {
	findings := v.soften(o, v.api.Check(o))
	if !api.Bounded(findings) {
		return model.Named(o), findings
	}
	return model.Read(o), findings
}

// soften makes unknown fields of Flink's kinds a warning where the operator is
// newer than the definitions here (1.15's, with what a snapshot of 1.16 adds):
// its own may have them.
func (v *Verifier) soften(o manifest.Object, findings diag.List) diag.List {
	if v.options.Operator.Compare(flink.DefaultOperator()) <= 0 || o.Key().APIVersion != v1beta1.APIVersion {
		return findings
	}
	for i, f := range findings {
		if f.Code == diag.CodeAPIUnknown {
			findings[i].Severity = diag.Warning
		}
	}
	return findings
}

// Judgement is all objects of one call, ready to be judged by the rules.
type Judgement struct {
	rules []rules.Rule
	world *model.World
}

// Judgement puts units together, in the order of the input.
func (v *Verifier) Judgement(units []Unit) *Judgement {
	return &Judgement{v.rules, model.Build(units, v.options)}
}

// Members is the number of Flink resources that Member takes.
func (j *Judgement) Members() int { return rules.Members(j.world) }

// Member judges one Flink resource. Safe for concurrent use.
func (j *Judgement) Member(i int) diag.List { return rules.Judge(j.rules, j.world, i) }

// Across judges all objects together; it is fastest after all members.
func (j *Judgement) Across() diag.List { return rules.Across(j.rules, j.world) }

// Subjects are all objects judged, in the order of the input.
func (j *Judgement) Subjects() iter.Seq[*model.Subject] { return slices.Values(j.world.Subjects) }

// Entries documents the rules, in the order of their codes.
func Entries() []diag.Entry {
	var all []diag.Entry
	for _, r := range rules.All() {
		all = append(all, r.Entry)
	}
	return all
}
