package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK834 is about pools without an end.
func (Catalogue) FLK834() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "pool without limits", Severity: diag.Warning,
			What: "Flink's pods ask for a NodePool that has no `limits`.",
			Why: "Nothing bounds how many nodes an autoscaler, a typing error in a parallelism or a job that restarts for ever " +
				"makes Karpenter start.",
			Bad: poolExample("  limits: null\n", ""), Good: poolExample("  limits: {cpu: \"256\", memory: 1Ti}\n", ""),
			Source: "Karpenter documentation 1.14, nodepools, spec.limits",
		},
		Across: flinkPools(func(u poolUse, say model.Say) {
			if limits, _ := valueAt(u.pool.Data, "spec", "limits").(map[string]any); len(limits) == 0 {
				say(model.Problem{
					Subject: u.pool.Subject, Field: []string{"spec", "limits"},
					Message: fmt.Sprintf("the pool that %s asks for has no limits", u.cluster.Key),
					Hint:    "set limits.cpu, and limits.memory",
				})
			}
		}),
	}
}
