package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK723 is about nodes that may be replaced at any hour.
func (Catalogue) FLK723() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "nodes are replaced at any hour", Severity: diag.Info,
			What: "Flink's pods ask for a NodePool without disruption budgets, or whose budgets are a percentage of the nodes without " +
				"a schedule.",
			Why: "The default is one budget of 10%, rounded up to at least one node, at any hour. A changed pool or node class then " +
				"replaces the nodes when it was applied, and every replaced node restarts the jobs on it.",
			Bad: poolExample("  disruption: {consolidationPolicy: WhenEmpty, consolidateAfter: 10m, budgets: [{nodes: 10%}]}\n", ""),
			Good: poolExample("  disruption:\n    consolidationPolicy: WhenEmpty\n    consolidateAfter: 10m\n    budgets:\n    - {nodes: \"1\"}\n"+
				"    - {nodes: \"0\", reasons: [Drifted, Underutilized], schedule: \"0 6 * * *\", duration: 16h}\n", ""),
			Source: "Karpenter documentation 1.14, disruption, budgets; awslabs/data-on-eks, emr-eks-flink",
		},
		Across: flinkPools(func(u poolUse, say model.Say) {
			budgets := listAt(u.pool.Data, "spec", "disruption", "budgets")
			chosen := slices.ContainsFunc(budgets, func(b any) bool {
				return textAt(b, "schedule") != "" || !strings.HasSuffix(textAt(b, "nodes"), "%") || textAt(b, "nodes") == "0%"
			})
			if chosen {
				return
			}
			what := "no disruption budget, which is 10% of the nodes"
			if len(budgets) > 0 {
				what = fmt.Sprintf("a disruption budget of %s of the nodes", textAt(budgets[0], "nodes"))
			}
			say(model.Problem{
				Subject: u.pool.Subject, Field: []string{"spec", "disruption", "budgets"},
				Message: fmt.Sprintf("%s, at least one, at any hour: %s restarts with them", what, u.cluster.Key),
				Hint:    "set budgets: nodes: \"1\", and nodes: \"0\" for Drifted and Underutilized outside of your maintenance hours (UTC)",
			})
		}),
	}
}
