package rules

import (
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK703 finds node pools that no Flink pod can use.
func (Catalogue) FLK703() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "node pool that no Flink pod can use", Severity: diag.Info,
			What: "None of the JobManager and TaskManager pods of the input can run on the nodes of a NodePool of the input.",
			Why:  "The pool may be for something else; if it was made for these jobs, their node selectors or tolerations do not lead there.",
			Bad: "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {NodeGroupType: StreamingOptimized}\n---\n" + poolExample("StreamingOptimized") +
				"---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: spare}\nspec:\n  template:\n    spec:\n" +
				"      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}\n      requirements: []\n",
			Good:   "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {NodeGroupType: StreamingOptimized}\n---\n" + poolExample("StreamingOptimized"),
			Source: "Karpenter 1.14, concepts/scheduling",
		},
		World: func(w *model.World, say model.Say) {
			all, _ := poolsOf(w)
			clusters := living(w)
			if len(clusters) == 0 {
				return
			}
			for _, p := range all {
				if slices.ContainsFunc(clusters, func(c *model.Cluster) bool {
					for _, g := range c.Pods().Groups() {
						if len(p.Refusals(g.Template.Spec)) == 0 {
							return true
						}
					}
					return false
				}) {
					continue
				}
				say(model.Problem{
					Subject: p.object.Subject, Message: "no JobManager or TaskManager pod of the input can run on nodes of this pool",
					Hint: "remove the pool, or select it in the pod templates of the jobs that it is for",
				})
			}
		},
	}
}
