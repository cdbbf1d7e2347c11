package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK430 is about the capacity label of managed node groups.
func (Catalogue) FLK430() Rule {
	const pool = "---\nkind: NodePool\napiVersion: karpenter.sh/v1\nmetadata:\n  name: flink\n"
	return Rule{
		Entry: diag.Entry{
			Title: "capacity label of node groups with Karpenter", Severity: diag.Warning,
			What: "A pod selects nodes by `eks.amazonaws.com/capacityType`, and the input has NodePools of Karpenter, none of " +
				"which sets that label.",
			Why: "EKS puts that label on nodes of managed node groups alone. Karpenter's nodes have `karpenter.sh/capacity-type`, " +
				"with other values: the pod never runs on them.",
			Bad: "kind: FlinkDeployment\nspec:\n  jobManager:\n    podTemplate:\n      spec:\n        nodeSelector:\n" +
				"          eks.amazonaws.com/capacityType: ON_DEMAND\n" + pool,
			Good: "kind: FlinkDeployment\nspec:\n  jobManager:\n    podTemplate:\n      spec:\n        nodeSelector:\n" +
				"          karpenter.sh/capacity-type: on-demand\n" + pool,
			Source: "EMR on EKS guide, page jobruns-flink-decommission; EKS User Guide, managed node group capacity types; " +
				"Karpenter 1.14, scheduling",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			pools := c.World.Kind("NodePool")
			for _, pool := range pools {
				if poolMentions(pool, eksCapacityLabel) {
					return
				}
			}
			if len(pools) == 0 {
				return
			}
			said := map[string]bool{}
			for _, p := range templatePods(c) {
				values, found := requiredValues(p.Pod, eksCapacityLabel)
				if !found {
					continue
				}
				field := p.labelField(eksCapacityLabel)
				id := strings.Join(field, ".")
				if said[id] {
					continue
				}
				said[id] = true
				say(model.Problem{
					Field:   field,
					Message: fmt.Sprintf("%s: Karpenter's nodes have no label %s, managed node groups have", p.Name, eksCapacityLabel),
					Hint: fmt.Sprintf("select %s: %s", capacityLabel,
						strings.ReplaceAll(strings.ToLower(strings.Join(values, " or ")), "_", "-")),
				})
			}
		},
	}
}
