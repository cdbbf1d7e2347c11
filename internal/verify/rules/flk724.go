package rules

import (
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK724 is about pools that take every pod before the others do.
func (Catalogue) FLK724() Rule {
	pair := func(taints string) string {
		return "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata:\n  name: general\n---\n" +
			"apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata:\n  name: fast\nspec:\n  weight: 100\n  template:\n    spec:\n" + taints
	}
	return Rule{
		Entry: diag.Entry{
			Title: "open pool is tried first", Severity: diag.Warning,
			What: "A NodePool has no taint and a higher weight than another NodePool of the input, so that pods that ask for nothing come " +
				"to it first.",
			Why: "Karpenter tries the pools in the order of their weights. An untainted one with a high weight gets the pods of every " +
				"application of the cluster; where it has arm64 alone, images without it end at once.",
			Bad: pair("      taints: null\n"), Good: pair("      taints: [{key: flink, value: \"true\", effect: NoSchedule}]\n"),
			Source: "Karpenter documentation 1.14, scheduling, weighted NodePools; karpenter v1.14.1, OrderByWeight; " +
				"awslabs/data-on-eks, flink-compute-optimized and memory-optimized-graviton",
		},
		World: func(w *model.World, say model.Say) {
			pools := w.Kind("NodePool")
			for _, pool := range pools {
				weight := numberAt(pool.Data, "spec", "weight")
				later := slices.IndexFunc(pools, func(other *model.Object) bool { return numberAt(other.Data, "spec", "weight") < weight })
				if later < 0 || keepsOff(pool) {
					continue
				}
				arch := ""
				if values, _ := poolRequirement(pool, archLabel); len(values) == 1 && values[0] == "arm64" {
					arch = " with arm64 alone"
				}
				say(model.Problem{
					Subject: pool.Subject, Field: []string{"spec", "weight"},
					Message: fmt.Sprintf("weight %g and no taint: every pod that asks for nothing comes to this pool%s, before %s",
						weight, arch, pools[later].Key.Name),
					Hint: "add a taint, and the toleration to the pods that are meant",
				})
			}
		},
	}
}

// keepsOff reports whether a NodePool has a taint that keeps pods off.
func keepsOff(pool *model.Object) bool {
	return slices.ContainsFunc(listAt(pool.Data, "spec", "template", "spec", "taints"), func(t any) bool {
		return textAt(t, "effect") != "PreferNoSchedule"
	})
}
