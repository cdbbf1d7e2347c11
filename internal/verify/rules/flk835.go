package rules

import (
	"fmt"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK835 is about nodes that are removed while a job restarts.
func (Catalogue) FLK835() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "empty nodes are removed at once", Severity: diag.Warning,
			What: "Flink's pods ask for a NodePool whose `consolidateAfter` is below one minute, or that has no `disruption`, " +
				"which is 0s.",
			Why: "A job that restarts or is scaled has no pods for a moment. Karpenter then removes the nodes, and the job waits " +
				"for new ones.",
			Bad: poolExample("  disruption: {consolidationPolicy: WhenEmpty, consolidateAfter: 30s}\n", ""), Good: poolExample(
				"  disruption: {consolidationPolicy: WhenEmpty, consolidateAfter: 10m}\n", ""),
			Source: "Karpenter documentation 1.14, disruption, consolidateAfter; awslabs/data-on-eks, emr-eks-flink, which has 30s",
		},
		Across: flinkPools(func(u poolUse, say model.Say) {
			after := textAt(u.pool.Data, "spec", "disruption", "consolidateAfter")
			wait, err := time.ParseDuration(after)
			if after != "" && (err != nil || wait >= time.Minute) {
				return
			}
			if after == "" {
				after = "not set, which is 0s"
			}
			say(model.Problem{
				Subject: u.pool.Subject, Field: []string{"spec", "disruption", "consolidateAfter"},
				Message: fmt.Sprintf("consolidateAfter is %s: nodes of %s go while it restarts", after, u.cluster.Key),
				Hint:    "set it longer than a restart takes, to 5m or 10m",
			})
		}),
	}
}
