package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK305 judges the operator's own keys in a resource.
func (Catalogue) FLK305() Rule {
	cluster, job := keysRule(func(k keySet, say model.Say) {
		for _, key := range slices.Sorted(maps.Keys(k.own)) {
			o, known := k.world.Keys.Lookup(k.flink, key)
			if !known || !o.OperatorOnly && !strings.HasPrefix(key, "kubernetes.operator.default-configuration.") &&
				!strings.HasPrefix(key, "kubernetes.operator.metrics.") {
				continue
			}
			say(model.Problem{
				Field:   k.field(key),
				Message: key + " counts in the operator's own configuration alone, and has no effect here",
				Hint:    "set it in the operator's configuration: the chart's defaultConfiguration",
			})
		}
	})
	return Rule{
		Entry: diag.Entry{
			Title: "a key of the operator in a resource", Severity: diag.Warning,
			What:   "A key in `flinkConfiguration` is one that the operator reads from its own configuration alone.",
			Why:    "The operator ignores it in a resource, without a word.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    kubernetes.operator.reconcile.interval: 30 s\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    kubernetes.operator.deployment.readiness.timeout: 10 min\n",
			Source: "flink-kubernetes-operator 1.16.1, KubernetesOperatorConfigOptions: all sections but dynamic",
		},
		Cluster: cluster, SessionJob: job,
	}
}
