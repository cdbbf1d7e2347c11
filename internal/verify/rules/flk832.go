package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK832 is about JobManagers on Spot.
func (Catalogue) FLK832() Rule {
	pool := func(capacity string) string {
		return poolExample("", "      requirements:\n      - {key: karpenter.sh/capacity-type, operator: In, values: ["+capacity+"]}\n")
	}
	return Rule{
		Entry: diag.Entry{
			Title: "JobManager may run on Spot", Severity: diag.Warning,
			What: "The JobManager's pod asks for Spot capacity, or for a NodePool that allows it, and does not ask for on-demand itself.",
			Why: "Spot capacity is taken away with two minutes' notice. A lost TaskManager costs a restart from the last " +
				"checkpoint; a lost JobManager costs that and the time to start another, and without high availability the job. " +
				"Karpenter prefers Spot wherever a pool allows it.",
			Bad: pool("spot, on-demand"), Good: pool("on-demand"),
			Source: "EMR on EKS guide, page jobruns-flink-decommission (JobManager on On-Demand); Karpenter documentation 1.14, " +
				"nodepools, capacity type",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			p := jobManagerPod(c)
			if label, capacity := capacityOf(p); capacity == "spot" {
				say(model.Problem{
					Field: p.labelField(label), Message: "the JobManager asks for Spot capacity",
					Hint: fmt.Sprintf("select %s: on-demand for the JobManager", capacityLabel),
				})
			}
		},
		Across: oncePerPool(func(u poolUse, say model.Say) {
			if _, capacity := capacityOf(u.pod); capacity != "" || u.pod.Name != "JobManager" || !allowsSpot(u.pool) {
				return
			}
			say(model.Problem{
				Subject: u.pool.Subject, Field: []string{"spec", "template", "spec", "requirements"},
				Message: fmt.Sprintf("the pool allows Spot, and the JobManager of %s asks for it", u.cluster.Key),
				Hint:    fmt.Sprintf("give JobManagers a pool with %s In [on-demand], or select that in their pod template", capacityLabel),
			})
		}),
	}
}

// capacityOf gives the capacity that a pod itself asks for, spot or on-demand,
// with the label by which it does; "" if it takes any.
func capacityOf(p templatePod) (label, capacity string) {
	for _, label := range []string{capacityLabel, eksCapacityLabel} {
		values, found := requiredValues(p.Pod, label)
		if !found {
			continue
		}
		if slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, "spot") }) {
			return label, "spot"
		}
		return label, "on-demand"
	}
	return "", ""
}

// allowsSpot reports whether a NodePool allows Spot capacity: by name, or by
// saying nothing about it (Karpenter documentation 1.14, nodepools).
func allowsSpot(pool *model.Object) bool {
	values, found := poolRequirement(pool, capacityLabel)
	if !found {
		return !poolMentions(pool, capacityLabel)
	}
	return slices.Contains(values, "spot")
}
