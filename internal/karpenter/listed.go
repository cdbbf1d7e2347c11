package karpenter

import (
	"maps"
	"slices"
)

// Listed are the values that the requirement lists as allowed, in order; none for
// one that allows all values but some.
func (r Requirement) Listed() []string {
	if r.complement {
		return nil
	}
	return slices.Sorted(maps.Keys(r.values))
}
