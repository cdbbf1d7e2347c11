package requirements_test

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/karpenter/pkg/scheduling"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// poolLines are requirements of a pool for one label, with values that are on some types.
func poolLines(values []string) [][]part {
	some, one := values[:min(3, len(values))], values[:1]
	return [][]part{
		{{"In", some}}, {{"NotIn", some}}, {{"In", []string{"none"}}}, {{"NotIn", []string{"none"}}}, {{"Exists", nil}}, {{"DoesNotExist", nil}},
		{{"Gt", []string{"5"}}}, {{"Lt", []string{"100"}}}, {{"Gte", one}}, {{"Lte", one}},
		{{"Gt", []string{"5"}}, {"Lt", []string{"3"}}}, {{"Exists", nil}, {"NotIn", some}}, {{"Gt", []string{"3"}}, {"NotIn", some}}, {{"In", some}, {"NotIn", one}},
	}
}

// TestInstances asks, of every built-in type and each of its labels, whether it meets what a pool may require, as Karpenter's
// filterInstanceTypesByRequirements does.
func TestInstances(t *testing.T) {
	t.Parallel()
	asked, met := 0, 0
	all := instances.NewBuiltIn().Types().All()
	for _, key := range instances.Keys() {
		for _, parts := range poolLines(valuesOf(all, key)) {
			pool, mine := theirs(key, parts), ours(key, parts)
			for n := range all {
				values, known := all[n].Values(key)
				if !known {
					continue
				}
				real := scheduling.NewRequirements()
				if len(values) == 0 {
					real.Add(scheduling.NewRequirement(key, corev1.NodeSelectorOpDoesNotExist))
				} else {
					real.Add(scheduling.NewRequirement(key, corev1.NodeSelectorOpIn, values...))
				}
				want := real.Intersects(pool) == nil
				asked++
				if want {
					met++
				}
				if got := all[n].Meets(mine); got != want {
					t.Errorf("%s: %s %v, pool %v: %v, want %v", all[n].Name, key, values, parts, got, want)
				}
			}
		}
	}
	if met == 0 || met == asked {
		t.Errorf("%d of %d are met", met, asked)
	}
	t.Logf("%d answers agree, %d of them yes", asked, met)
}

// valuesOf are the values of a label on the types; "x" if there are none.
func valuesOf(all []instances.Instance, key string) []string {
	out := []string{}
	for n := range all {
		values, _ := all[n].Values(key)
		for _, v := range values {
			if !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	if len(out) == 0 || key == karpenter.LabelCapacityType {
		return []string{"x"}
	}
	return out
}
