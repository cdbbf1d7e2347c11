package rules

import (
	"cmp"
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK833 is about nodes that are drained by age.
func (Catalogue) FLK833() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "nodes expire without a bound on draining", Severity: diag.Warning,
			What: "Flink's pods ask for a NodePool with `expireAfter`, and without `terminationGracePeriod`. Where `expireAfter` " +
				"is left out, which is 720h, it is an info.",
			Why: "Expiry is forceful: no budget bounds it, and no other node is started first. Pods with " +
				"`karpenter.sh/do-not-disrupt` then hold the half drained node for ever, since only `terminationGracePeriod` ends " +
				"that.",
			Bad:    poolExample("", "      expireAfter: 336h\n"),
			Good:   poolExample("", "      expireAfter: 720h\n      terminationGracePeriod: 1h\n"),
			Source: "Karpenter documentation 1.14, disruption, expiration and terminationGracePeriod",
		},
		Across: flinkPools(func(u poolUse, say model.Say) {
			expire := textAt(u.pool.Data, "spec", "template", "spec", "expireAfter")
			if expire == "Never" || textAt(u.pool.Data, "spec", "template", "spec", "terminationGracePeriod") != "" {
				return
			}
			p := model.Problem{
				Subject: u.pool.Subject, Field: []string{"spec", "template", "spec", "expireAfter"},
				Message: fmt.Sprintf("nodes with the pods of %s expire after %s, and terminationGracePeriod is not set",
					u.cluster.Key, cmp.Or(expire, "720h, the default")),
				Hint: "set expireAfter: Never, or terminationGracePeriod with room for a savepoint",
			}
			if expire == "" {
				p.Severity = new(diag.Info)
			}
			say(p)
		}),
	}
}
