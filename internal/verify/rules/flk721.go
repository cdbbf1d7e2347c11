package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK721 is about TaskManagers that have nowhere to go without Spot.
func (Catalogue) FLK721() Rule {
	example := func(capacity string) string {
		return poolExample("", "      requirements:\n      - {key: karpenter.sh/capacity-type, operator: In, values: ["+capacity+"]}\n")
	}
	return Rule{
		Entry: diag.Entry{
			Title: "nothing behind Spot", Severity: diag.Warning,
			What: "The NodePools of the input that take a job's TaskManagers have Spot alone.",
			Why: "When AWS has no Spot instance to give, Karpenter tries the pools of lower weight. Without one of on-demand nodes the " +
				"pods stay Pending, and the job stands still until there is Spot again.",
			Bad: example("spot"), Good: example("on-demand"),
			Source: "Karpenter documentation 1.14, scheduling, weighted NodePools, and nodepools, capacity type",
		},
		Across: func(w *model.World) Across {
			all, whole := poolsOf(w)
			if len(all) == 0 || !whole {
				return Across{}
			}
			return Across{Cluster: func(c *model.Cluster, say model.Say) {
				for _, g := range c.Pods().Groups() {
					fit := fitting(all, g)
					if g.Role != pods.TaskManager || len(fit) == 0 || slices.ContainsFunc(fit, hasMoreThanSpot) {
						continue
					}
					var names []string
					for _, p := range fit {
						names = append(names, p.Name)
					}
					say(model.Problem{
						Subject: c.Subject, Field: placement(c, g.Role),
						Message: fmt.Sprintf("the TaskManagers fit on Spot alone (%s), and nothing takes them when there is none", strings.Join(names, ", ")),
						Hint:    "add a NodePool of on-demand nodes with a lower weight and the same labels and taints",
					})
				}
			}}
		},
	}
}

// hasMoreThanSpot reports whether a NodePool has other capacity than Spot.
func hasMoreThanSpot(p pool) bool {
	values, _ := poolRequirement(p.object, capacityLabel)
	return len(values) != 1 || values[0] != "spot"
}
