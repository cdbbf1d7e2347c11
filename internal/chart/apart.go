package chart

import (
	"maps"
	"slices"
	"strings"
)

// ApartAnnotation in a bundled chart's Chart.yaml lists, with commas between, the top-level
// values that are maps whose entries its templates print each by itself; they print nothing
// but these entries. A chart with many is then rendered some at a time, on all processors and without the text
// of all of them in memory.
const ApartAnnotation = "helm-flink.dev/apart"

// Apart divides a unit into several that together give the same objects, of about so many
// entries each. It is the unit itself where it is small, or where the chart does not say that it can be divided.
func (r *Renderer) Apart(u Unit, size int) []Unit {
	all := []Unit{u}
	if !u.Source.bundled() {
		return all
	}
	b, err := r.load(u)
	if err != nil || b.chart.Metadata == nil {
		return all // Render says why
	}
	type entry struct{ list, key string }
	var entries []entry
	given := map[string]map[string]any{}
	for list := range strings.SplitSeq(b.chart.Metadata.Annotations[ApartAnnotation], ",") {
		list = strings.TrimSpace(list)
		if m, ok := u.Values[list].(map[string]any); ok {
			given[list] = m
			for _, key := range slices.Sorted(maps.Keys(m)) {
				entries = append(entries, entry{list, key})
			}
		}
	}
	if len(entries) <= 2*size {
		return all
	}
	all = nil
	for some := range slices.Chunk(entries, size) {
		part := u
		part.Values = maps.Clone(u.Values)
		lists := map[string]map[string]any{}
		for list := range given {
			lists[list] = map[string]any{}
			part.Values[list] = lists[list]
		}
		for _, e := range some {
			lists[e.list][e.key] = given[e.list][e.key]
		}
		all = append(all, part)
	}
	return all
}
