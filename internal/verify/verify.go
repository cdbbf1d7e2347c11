// Package verify judges objects: against the schemas and checks of the API
// server, and by the rules about Flink, EMR and nodes.
//
// Objects go in one by one, in any number of goroutines (Inspect), and once
// all of them are known they are judged together (Judgement). It may import pods,
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
	"github.com/helm-flink/helm-flink/internal/manifest/pack"
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
	packer  pack.Packer
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

// InspectAlone is Inspect for an object that nobody else holds: the unit is kept
// small, at the cost of making the resource anew when it is judged.
func (v *Verifier) InspectAlone(o manifest.Object) (Unit, diag.List) {
	u, findings := v.Inspect(o)
	u.Pack(&v.packer)
	return u, findings
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

// Judgement is all objects of one call, ready to be judged by the rules: each
// Flink resource by Member, on any goroutine; each of these by See, in their
// order on one; and then the rest by Done. Only what the rules keep lives longer
// than that, so that memory does not grow with the size of the resources.
type Judgement struct {
	rules    []rules.Rule
	world    *model.World
	observer *rules.Observer
}

// Member is a Flink resource on its way from Member to See.
type Member struct {
	// Findings are those about the resource by itself.
	Findings diag.List
	resource model.Member
}

// Judgement puts units together, in the order of the input.
func (v *Verifier) Judgement(units []Unit) *Judgement {
	w := model.Build(units, v.options)
	return &Judgement{v.rules, w, rules.Observe(v.rules, w)}
}

// Members is the number of Flink resources that Member takes.
func (j *Judgement) Members() int { return j.world.Members() }

// Member judges one Flink resource by itself. Safe for concurrent use.
func (j *Judgement) Member(i int) Member {
	m := j.world.Member(i)
	return Member{rules.Judge(j.rules, m), m}
}

// See judges one Flink resource in the light of those before it.
func (j *Judgement) See(m Member) diag.List { return j.observer.See(m.resource) }

// Done judges all objects together, behind the last resource.
func (j *Judgement) Done() diag.List { return j.observer.Done() }

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
