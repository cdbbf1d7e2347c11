package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK836 is about Flink's pools that are open to all pods.
func (Catalogue) FLK836() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "Flink's pool has no taint", Severity: diag.Warning,
			What: "Flink's pods ask for a NodePool by name or by a label of its own, and it has no taint.",
			Why: "Every pod that asks for nothing may be put there as well. It takes room from the TaskManagers, and a node that " +
				"holds it is never empty, so it is not removed.",
			Bad: poolExample("", "      taints: null\n"), Good: poolExample("", "      taints: [{key: flink, value: \"true\", effect: NoSchedule}]\n"),
			Source: "Karpenter documentation 1.14, nodepools, spec.template.spec.taints, and scheduling",
		},
		Across: flinkPools(func(u poolUse, say model.Say) {
			if len(listAt(u.pool.Data, "spec", "template", "spec", "taints")) == 0 {
				say(model.Problem{
					Subject: u.pool.Subject, Field: []string{"spec", "template", "spec", "taints"},
					Message: fmt.Sprintf("the pool that %s asks for has no taint: other pods land on it too", u.cluster.Key),
					Hint:    "add a taint, and the toleration to the pod templates",
				})
			}
		}),
	}
}
