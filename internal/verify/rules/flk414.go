package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK414 is about misspelt keys of the autoscaler.
func (Catalogue) FLK414() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "misspelt autoscaler key", Severity: diag.Warning,
			What: "A key that starts with `job.autoscaler.` is none of the autoscaler's, and is close to one that is.",
			Why:  "Nobody reads a key that nobody knows: the autoscaler goes on with its default, and says nothing.",
			Bad:  "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    job.autoscaler.stabilisation.interval: 5m\n",
			Good: "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    job.autoscaler.stabilization.interval: 5m\n",
			Source: "flink-kubernetes-operator 1.5 to 1.15, AutoScalerOptions.java; EMR on EKS guide, page " +
				"jobruns-flink-autoscaler-parameter-autotuning",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, key := range ownKeys(c.Own, "job.autoscaler.", "kubernetes.operator.job.autoscaler.", "ob.autoscaler.") {
				at := strings.Index(key, "autoscaler.") + len("autoscaler.")
				known := autoscalerOptions()
				if slices.Contains(known, key[at:]) && !strings.HasPrefix(key, "ob.") {
					continue
				}
				meant := closest(key[at:], known)
				if meant == "" {
					continue
				}
				prefix := key[:at]
				if strings.HasPrefix(key, "ob.") {
					prefix = "j" + prefix
				}
				say(model.Problem{
					Field: c.Setting(key), Message: fmt.Sprintf("the autoscaler has no key %s", key),
					Hint: fmt.Sprintf("write %s", prefix+meant),
				})
			}
		},
	}
}

// autoscalerOptions lists what stands behind job.autoscaler. in the keys of
// operators 1.5 to 1.15 and of EMR.
func autoscalerOptions() []string {
	return []string{
		"enabled", "scaling.enabled", "metrics.window", "stabilization.interval", "utilization.target", "utilization.max",
		"utilization.min", "target.utilization", "target.utilization.boundary", "catch-up.duration", "scale-up.max-factor",
		"scale-down.max-factor", "scale-down.interval", "scale-up.grace-period", "restart.time", "restart.time-tracking.enabled",
		"restart.time-tracking.limit", "vertex.min-parallelism", "vertex.max-parallelism", "vertex.exclude.ids",
		"excluded.periods", "backlog-processing.lag-threshold", "flink.rest-client.timeout", "memory.tuning.enabled",
		"memory.tuning.overhead", "memory.tuning.maximize-managed-memory", "memory.tuning.scale-down-compensation.enabled",
		"memory.gc-pressure.threshold", "memory.heap-usage.threshold", "quota.cpu", "quota.memory", "history.max.count",
		"history.max.age", "metrics.busy-time.aggregator", "scaling.event.interval", "scaling.effectiveness.detection.enabled",
		"scaling.effectiveness.threshold", "observed-scalability.enabled", "observed-scalability.coefficient-min",
		"observed-scalability.min-observations", "observed-true-processing-rate.lag-threshold",
		"observed-true-processing-rate.switch-threshold", "observed-true-processing-rate.min-observations",
		"scaling.parallelism-alignment.mode", "autotune.enable", "autotune.metrics.history.max.count", "autotune.metrics.restart.count",
	}
}

// closest returns the word that differs from name in case, dots and dashes
// alone, or in up to two letters, or "".
func closest(name string, words []string) string {
	flat := strings.NewReplacer("-", "", ".", "", "_", "")
	best, fewest := "", 3
	for _, word := range words {
		if strings.EqualFold(flat.Replace(name), flat.Replace(word)) {
			return word
		}
		if d := editDistance(name, word); d < fewest && len(word) > 4 {
			best, fewest = word, d
		}
	}
	return best
}

// editDistance is Levenshtein's, by bytes.
func editDistance(a, b string) int {
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
		}
		last = row
	}
	return last[len(b)]
}
