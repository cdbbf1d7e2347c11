package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK831 is about nodes that Karpenter packs anew under running jobs.
func (Catalogue) FLK831() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "consolidation moves Flink's pods", Severity: diag.Warning,
			What: "Flink's pods ask for a NodePool whose `consolidationPolicy` is not `WhenEmpty`, and have no annotation " +
				"`karpenter.sh/do-not-disrupt`. `WhenEmptyOrUnderutilized` is the default.",
			Why: "Karpenter then moves pods to fewer or cheaper nodes whenever it can, and each move of a TaskManager restarts the job.",
			Bad: poolExample("  disruption: {consolidationPolicy: WhenEmptyOrUnderutilized, consolidateAfter: 10m}\n", ""),
			Good: poolExample(
				"  disruption: {consolidationPolicy: WhenEmpty, consolidateAfter: 10m}\n", ""),
			Source: "Karpenter documentation 1.14, disruption, consolidation, and pod-level controls",
		},
		Across: oncePerPool(func(u poolUse, say model.Say) {
			policy := textAt(u.pool.Data, "spec", "disruption", "consolidationPolicy")
			if policy == "WhenEmpty" || u.pod.Annotations["karpenter.sh/do-not-disrupt"] == "true" {
				return
			}
			if policy == "" {
				policy = "WhenEmptyOrUnderutilized, the default"
			}
			say(model.Problem{
				Subject: u.pool.Subject, Field: []string{"spec", "disruption", "consolidationPolicy"},
				Message: fmt.Sprintf("consolidation is %s, and moves the %s pods of %s", policy, u.pod.Name, u.cluster.Key),
				Hint:    "set consolidationPolicy: WhenEmpty, or the annotation karpenter.sh/do-not-disrupt: \"true\" in the pod template",
			})
		}),
	}
}
