package fit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// Answer says whether a pool takes such a pod.
type Answer struct {
	// Reasons are why it does not, in words that name the label, taint or resource;
	// none if it does.
	Reasons []string
	// Sure is false where types that the catalogue does not know, or another
	// setting of Karpenter's controller, might take it.
	Sure bool
	// Types: labels and taints fit, and the reasons are about instance types; Room: they
	// are too small.
	Types, Room bool
	// Smallest is the type with the fewest CPUs that might take it; nil if that is
	// not known.
	Smallest *instances.Instance
}

// Ask says whether Karpenter can start a node of the pool for the pod, which asks
// for requests; overhead is what the daemonsets of each node ask for.
func (p *Pool) Ask(spec corev1.PodSpec, requests, overhead corev1.ResourceList) Answer {
	if labels := p.Refusals(spec); len(labels) > 0 {
		return Answer{Reasons: labels, Sure: true}
	}
	if !p.Sized() || p.group && len(p.left()) == 0 {
		return Answer{}
	}
	left := p.left()
	if len(left) == 0 {
		return Answer{Reasons: []string{p.empty()}, Sure: p.Surely(), Types: true}
	}
	asked := roomOf(requests).plus(roomOf(overhead))
	var first *Answer
	for _, alternative := range karpenter.PodRequirements(spec) {
		if len(p.Requirements.Compatible(alternative)) > 0 {
			continue
		}
		r := p.ask(left, alternative, asked, len(overhead) > 0)
		if len(r.Reasons) == 0 {
			return r
		}
		if first == nil {
			first = &r
			continue
		}
		first.Sure = first.Sure && r.Sure
	}
	return *first
}

func (p *Pool) ask(left []candidate, pod karpenter.Requirements, asked room, overhead bool) Answer {
	types := meeting(left, pod)
	if len(types) == 0 {
		return Answer{Reasons: []string{none(left, pod)}, Sure: p.excludes(pod), Types: true}
	}
	why, sure := tooSmall(types, asked, overhead)
	known := p.group || !p.Open()
	if why != "" {
		return Answer{Reasons: []string{why}, Sure: sure && known, Types: true, Room: true}
	}
	var a Answer
	for _, t := range types {
		if known && t.best.takes(asked) && (a.Smallest == nil || t.CPU < a.Smallest.CPU) {
			a.Smallest = t.Instance
		}
	}
	return a
}

// empty says why no instance type is left.
func (p *Pool) empty() string {
	v := p.verdict()
	if len(v.Conflict) == 0 {
		return "no instance type is left that its node class takes"
	}
	return "its requirements leave no known instance type: " + instances.Join(v.Conflict)
}

// excludes reports whether no type can meet both the pool and the pod, known or
// not: all that the pod asks for is on known types, and the pool, or the pod, lists
// its families or types.
func (p *Pool) excludes(pod karpenter.Requirements) bool {
	if p.catalogue.Final {
		return true
	}
	if !p.group && p.Open() {
		return false
	}
	for _, key := range slices.Sorted(maps.Keys(pod)) {
		if len(p.catalogue.Types().Left(karpenter.Requirements{key: pod[key]})) == 0 {
			return false
		}
	}
	for _, key := range []string{instances.LabelFamily, instances.LabelType} {
		for _, r := range []karpenter.Requirements{pod, p.Requirements} {
			if one, has := r[key]; has && one.Operator() == karpenter.In {
				return true
			}
		}
	}
	return false
}

// meeting are the types that meet requirements.
func meeting(types []candidate, r karpenter.Requirements) []candidate {
	var out []candidate
	for _, t := range types {
		if t.Meets(r) {
			out = append(out, t)
		}
	}
	return out
}

// none says which of the pod's requirements none of the types meets, or that none
// meets all of them.
func none(types []candidate, pod karpenter.Requirements) string {
	var asked []string
	for _, key := range slices.Sorted(maps.Keys(pod)) {
		met := meeting(types, karpenter.Requirements{key: pod[key]})
		if len(met) == 0 {
			return fmt.Sprintf("key %s, none of %s meets %s", key, wordTypes(types), pod[key])
		}
		if len(met) < len(types) {
			asked = append(asked, pod[key].String())
		}
	}
	return fmt.Sprintf("none of %s meets %s", wordTypes(types), strings.Join(asked, " and "))
}

// wordTypes words instance types: "its 4 instance types (c5d)".
func wordTypes(types []candidate) string {
	var families []string
	for _, t := range types {
		if !slices.Contains(families, t.Family) {
			families = append(families, t.Family)
		}
	}
	if n := len(families); n > 5 {
		families = append(families[:4], fmt.Sprintf("and %d other families", n-4))
	}
	noun := "types"
	if len(types) == 1 {
		noun = "type"
	}
	return fmt.Sprintf("its %d instance %s (%s)", len(types), noun, strings.Join(families, ", "))
}
