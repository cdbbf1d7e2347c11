package karpenter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Line is a requirement as a NodePool writes it, before it is joined with the
// others of the same label.
type Line struct {
	Key      string
	Operator Operator
	Values   []string
	// At is its place in spec.template.spec.requirements, from 0; -1 for one that a
	// label of spec.template.metadata.labels makes.
	At int
}

// Requirement is the set of values that the line allows.
func (l Line) Requirement() Requirement { return NewRequirement(l.Key, l.Operator, l.Values...) }

// String words the line as it is written: "karpenter.k8s.aws/instance-generation Gt 5",
// "kubernetes.io/arch In [amd64 arm64]".
func (l Line) String() string {
	switch {
	case l.Operator == In || l.Operator == NotIn:
		return fmt.Sprintf("%s %s [%s]", l.Key, l.Operator, strings.Join(l.Values, " "))
	case len(l.Values) > 0:
		return fmt.Sprintf("%s %s %s", l.Key, l.Operator, l.Values[0])
	default:
		return fmt.Sprintf("%s %s", l.Key, l.Operator)
	}
}

// Allows reports whether a label may have the value.
func (r Requirement) Allows(value string) bool {
	return r.lists(value) && within(value, r.least, r.most)
}

// AllowsNone reports whether a node may be without the label: Karpenter takes
// that for NotIn and DoesNotExist, and for a contradiction too, which is the
// same to it.
func (r Requirement) AllowsNone() bool { return negative(r) }

// labelLines are the lines that labels of the pool's template make, by name.
func labelLines(labels map[string]string) []Line {
	var out []Line
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, Line{Key: key, Operator: In, Values: []string{labels[key]}, At: -1})
	}
	return out
}
