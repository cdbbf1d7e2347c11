package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK703 finds node pools that no Flink pod can use.
func (Catalogue) FLK703() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "node pool that no Flink pod can use", Severity: diag.Info,
			What: "None of the JobManager and TaskManager pods of the input can run on the nodes of a NodePool of the input.",
			Why: "The pool may be for something else; if it was made for these jobs, their node selectors or tolerations do not " +
				"lead there.",
			Bad: "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {NodeGroupType: StreamingOptimized}\n" +
				"---\n" + fittingExample() +
				"---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: spare}\nspec:\n  template:\n    spec:\n" +
				"      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}\n      requirements: []\n",
			Good: "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {NodeGroupType: " +
				"StreamingOptimized}\n---\n" + fittingExample(),
			Source: "Karpenter 1.14, concepts/scheduling",
		},
		Across: func(w *model.World) Across {
			all, _ := poolsOf(w)
			used, unplaced := map[string]bool{}, false
			return Across{
				Cluster: func(c *model.Cluster, _ model.Say) {
					for _, g := range c.Pods().Groups() {
						fit := fitting(all, g)
						// FLK700 says it, and the pool may be the one that was meant.
						unplaced = unplaced || len(fit) == 0
						for _, p := range fit {
							used[p.Name] = true
						}
					}
				},
				Done: func(say model.Say) {
					for _, p := range all {
						if used[p.Name] || len(used) == 0 || unplaced {
							continue
						}
						say(model.Problem{
							Subject: p.object.Subject, Message: "no JobManager or TaskManager pod of the input can run on nodes of this pool",
							Hint: "remove the pool, or select it in the pod templates of the jobs that it is for",
						})
					}
				},
			}
		},
	}
}
