package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// The least choice of instances for Spot: below it AWS often has none to give
// (Karpenter 1.14, disruption, spot consolidation, which asks for 15 types).
const (
	spotFamilies = 3
	spotTypes    = 15
)

// FLK720 is about Spot with few kinds of instances to choose from.
func (Catalogue) FLK720() Rule {
	pool := func(families string) string {
		return poolExample("", "      requirements:\n      - {key: karpenter.sh/capacity-type, operator: In, values: [spot]}\n"+
			"      - {key: karpenter.k8s.aws/instance-family, operator: In, values: ["+families+"]}\n")
	}
	return Rule{
		Entry: diag.Entry{
			Title: "Spot from too few kinds of instances", Severity: diag.Warning,
			What: "A NodePool allows Spot, and names fewer than three instance families or fewer than fifteen instance types.",
			Why: "AWS gives Spot instances where it has some to spare. The fewer kinds a pool takes, the more often it gets none, or " +
				"loses all at once; and Karpenter replaces a Spot node by a cheaper one only where at least fifteen types are to choose from.",
			Bad: pool("c5d"), Good: pool("c6i, c7i, m6i, m7i"),
			Source: "Karpenter documentation 1.14, disruption, spot consolidation; EC2 User Guide, best practices for Spot (be " +
				"flexible about instance types); awslabs/data-on-eks, emr-eks-flink, which has one family",
		},
		World: func(w *model.World, say model.Say) {
			for _, pool := range w.Kind("NodePool") {
				if capacity, _ := poolRequirement(pool, capacityLabel); !slices.Contains(capacity, "spot") {
					continue
				}
				for _, r := range []struct {
					label, what string
					least       int
				}{{instanceTypeLabel, "types", spotTypes}, {familyLabel, "families", spotFamilies}} {
					values, found := poolRequirement(pool, r.label)
					if !found || len(values) >= r.least {
						continue
					}
					say(model.Problem{
						Subject: pool.Subject, Field: []string{"spec", "template", "spec", "requirements"},
						Message: fmt.Sprintf("the pool allows Spot, and has %d of at least %d instance %s to choose from: %s",
							len(values), r.least, r.what, strings.Join(values, ", ")),
						Hint: "name more families, or categories and a generation instead; or take on-demand",
					})
					break
				}
			}
		},
	}
}
