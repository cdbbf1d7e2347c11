// Package karpenter is the algebra of Karpenter's requirements: whether nodes
// of a NodePool can have the labels that a pod asks for, and whether the pod
// tolerates their taints. It imports none of Karpenter's modules, which cost
// start-up time; a test in internal/testkit/apis compares the verdicts with
// theirs.
//
// Source, where nothing else is said: sigs.k8s.io/karpenter v1.14.1,
// pkg/scheduling. It may import flink, aws, manifest and diag of this module.
package karpenter

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Operator of a requirement, as NodePools and node affinities spell it.
type Operator string

// The operators. Gte and Lte are Karpenter's own, from 1.9, and only for NodePools.
const (
	In           Operator = "In"
	NotIn        Operator = "NotIn"
	Exists       Operator = "Exists"
	DoesNotExist Operator = "DoesNotExist"
	Gt           Operator = "Gt"
	Lt           Operator = "Lt"
	Gte          Operator = "Gte"
	Lte          Operator = "Lte"
)

// Requirement is a set of values that a label may have: those listed, or all
// but those listed (complement) within bounds.
type Requirement struct {
	Key        string
	complement bool
	values     map[string]bool
	// least and most are inclusive bounds; nil for none.
	least, most *int
}

// NewRequirement makes a requirement. Old names of labels (beta.kubernetes.io/arch)
// become the new ones. A bound that is missing or no number counts as 0, as
// Karpenter reads it; the API server refuses both.
func NewRequirement(key string, op Operator, values ...string) Requirement {
	key = current(key)
	r := Requirement{Key: key, complement: op != In && op != DoesNotExist, values: map[string]bool{}}
	bound := 0
	if len(values) > 0 {
		bound, _ = strconv.Atoi(values[0])
	}
	switch op {
	case In, NotIn:
		for _, v := range values {
			r.values[v] = true
		}
	case Gt:
		if bound == math.MaxInt {
			return NewRequirement(key, DoesNotExist)
		}
		bound++
		r.least = &bound
	case Gte:
		r.least = &bound
	case Lt:
		bound--
		r.most = &bound
	case Lte:
		r.most = &bound
	case Exists, DoesNotExist:
	}
	return r
}

// Operator tells what the requirement amounts to: In, NotIn, Exists (also with
// bounds) or DoesNotExist, which is also what a contradiction amounts to.
func (r Requirement) Operator() Operator {
	switch {
	case r.complement && len(r.values) > 0:
		return NotIn
	case r.complement:
		return Exists
	case len(r.values) > 0:
		return In
	default:
		return DoesNotExist
	}
}

// String words the requirement as Karpenter does in its messages:
// "zone In [a b]", "instance-cpu Exists >=4".
func (r Requirement) String() string {
	s := r.Key + " " + string(r.Operator())
	if len(r.values) > 0 {
		values := slices.Sorted(maps.Keys(r.values))
		if n := len(values); n > 5 {
			values = append(values[:5], fmt.Sprintf("and %d others", n-5))
		}
		s += fmt.Sprintf(" %s", values)
	}
	if r.least != nil {
		s += fmt.Sprintf(" >=%d", *r.least)
	}
	if r.most != nil {
		s += fmt.Sprintf(" <=%d", *r.most)
	}
	return s
}

// Intersection is what both allow.
func (r Requirement) Intersection(o Requirement) Requirement {
	least, most := bounds(r, o)
	if least != nil && most != nil && *least > *most {
		return NewRequirement(r.Key, DoesNotExist)
	}
	out := Requirement{Key: r.Key, complement: r.complement && o.complement, values: map[string]bool{}}
	for _, set := range []map[string]bool{r.values, o.values} {
		for v := range set {
			if (out.complement || r.lists(v) && o.lists(v)) && within(v, least, most) {
				out.values[v] = true
			}
		}
	}
	if out.complement {
		out.least, out.most = least, most
	}
	return out
}

// Meets reports whether some value is allowed by both.
func (r Requirement) Meets(o Requirement) bool {
	least, most := bounds(r, o)
	if least != nil && most != nil && *least > *most {
		return false
	}
	if r.complement && o.complement {
		return true
	}
	return len(r.Intersection(o).values) > 0
}

// lists reports whether the set without its bounds has the value.
func (r Requirement) lists(value string) bool { return r.values[value] != r.complement }

func bounds(a, b Requirement) (least, most *int) {
	least, most = a.least, a.most
	if least == nil || b.least != nil && *b.least > *least {
		least = b.least
	}
	if most == nil || b.most != nil && *b.most < *most {
		most = b.most
	}
	return least, most
}

// within reports whether a value keeps the bounds; with bounds, what is no
// number does not.
func within(value string, least, most *int) bool {
	if least == nil && most == nil {
		return true
	}
	n, err := strconv.Atoi(value)
	return err == nil && (least == nil || n >= *least) && (most == nil || n <= *most)
}

// Requirements are requirements by label, one each.
type Requirements map[string]Requirement

// NewRequirements joins requirements; those for one label are intersected.
func NewRequirements(all ...Requirement) Requirements {
	out := Requirements{}
	out.add(all...)
	return out
}

func (r Requirements) add(all ...Requirement) {
	for _, one := range all {
		if old, ok := r[one.Key]; ok {
			one = one.Intersection(old)
		}
		r[one.Key] = one
	}
}

// Clone copies the requirements.
func (r Requirements) Clone() Requirements { return maps.Clone(r) }

// Labels are the requirements that a label selector makes.
func Labels(labels map[string]string) Requirements {
	out := Requirements{}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		out.add(NewRequirement(key, In, labels[key]))
	}
	return out
}

// Compatible says why nodes with the requirements r cannot have the labels that
// a pod requires, in Karpenter's words; nothing if they can. A label that Karpenter
// gives to nodes by itself may be undefined in r; any other must be defined
// there. As in Karpenter, only the first label that is not defined is named;
// the order is that of the names.
func (r Requirements) Compatible(pod Requirements) []string {
	for _, key := range slices.Sorted(maps.Keys(pod)) {
		op := pod[key].Operator()
		if _, defined := r[key]; !defined && !WellKnown(key) && op != NotIn && op != DoesNotExist {
			return []string{fmt.Sprintf("label %q does not have known values%s", key, r.hint(key))}
		}
	}
	var out []string
	for _, key := range slices.Sorted(maps.Keys(pod)) {
		mine, defined := r[key]
		if !defined || mine.Meets(pod[key]) || negative(mine) && negative(pod[key]) {
			continue
		}
		out = append(out, fmt.Sprintf("key %s, %s not in %s", key, pod[key], mine))
	}
	return out
}

func negative(r Requirement) bool { return r.Operator() == NotIn || r.Operator() == DoesNotExist }

// hint finds the label that was probably meant.
func (r Requirements) hint(key string) string {
	_, suffix, found := strings.Cut(key, "/")
	if !found {
		suffix = key
	}
	for _, names := range [][]string{slices.Sorted(slices.Values(WellKnownLabels())), slices.Sorted(maps.Keys(r))} {
		for _, name := range names {
			if strings.Contains(name, key) || strings.HasSuffix(name, suffix) {
				return fmt.Sprintf(" (typo of %q?)", name)
			}
		}
	}
	return ""
}
