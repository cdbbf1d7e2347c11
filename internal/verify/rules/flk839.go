package rules

import (
	"fmt"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK839 is about nodes that live for hours.
func (Catalogue) FLK839() Rule {
	const day = 24 * time.Hour
	return Rule{
		Entry: diag.Entry{
			Title: "nodes expire within a day", Severity: diag.Warning,
			What: "Flink's pods ask for a NodePool whose `expireAfter` is below 24h.",
			Why: "Karpenter drains a node that expires by force, whatever runs on it and however many others go at the same time. " +
				"Streaming jobs then restart several times a day.",
			Bad:    poolExample("", "      expireAfter: 4h\n      terminationGracePeriod: 10m\n"),
			Good:   poolExample("", "      expireAfter: Never\n"),
			Source: "Karpenter documentation 1.14, disruption, expiration; awslabs/data-on-eks, flink-on-eks, which has 2h and 4h",
		},
		Across: flinkPools(func(u poolUse, say model.Say) {
			expire := textAt(u.pool.Data, "spec", "template", "spec", "expireAfter")
			if age, err := time.ParseDuration(expire); err == nil && age < day {
				say(model.Problem{
					Subject: u.pool.Subject, Field: []string{"spec", "template", "spec", "expireAfter"},
					Message: fmt.Sprintf("nodes with the pods of %s are drained by force every %s", u.cluster.Key, expire),
					Hint:    "set expireAfter: Never, or 720h and more",
				})
			}
		}),
	}
}
