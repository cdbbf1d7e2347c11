package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK877 is about transactions that the two colours of a blue/green deployment share.
func (Catalogue) FLK877() Rule {
	const pod = "kind: FlinkBlueGreenDeployment\nspec:\n  template:\n    spec:\n      podTemplate:\n        spec:\n          containers:\n" +
		"          - name: flink-main-container\n            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n" +
		"            env:\n            - {name: ENABLE_BUILT_IN_PLUGINS, value: flink-s3-fs-presto-1.20.4.jar}\n" +
		"            - {name: CONNECTOR_ORDERS_DELIVERY_GUARANTEE, value: %s}\n" +
		"            - name: CONNECTOR_ORDERS_PROPERTIES\n              value: transaction.timeout.ms=900000\n"
	return Rule{
		Entry: diag.Entry{
			Title: "blue and green share the transactions of a Kafka sink", Severity: diag.Warning,
			What: "A connector of a FlinkBlueGreenDeployment writes to Kafka exactly once. Both colours come from one template, and so have one " +
				"prefix of transactional ids.",
			Why: "While both run, each shuts the other's producers out (ProducerFencedException) and aborts its open transactions when it starts or " +
				"restarts: jobs fail in turn, and what blue commits after green's savepoint is written twice.",
			Bad: fmt.Sprintf(pod, "exactly-once"), Good: fmt.Sprintf(pod, "at-least-once"),
			Source: "Flink 1.20, connectors/datastream/kafka, fault tolerance (a prefix for each application); flink-kubernetes-operator 1.15, " +
				"custom-resource/overview, blue/green (both run until the first is deleted)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !c.BlueGreen {
				return
			}
			for _, sink := range exactlyOnce(c) {
				say(model.Problem{
					Field:   sink.field,
					Message: fmt.Sprintf("connector %s writes exactly once, and blue and green have the same transactional ids", sink.name),
					Hint:    "use delivery: at-least-once here, or a plain job, which is stopped before it is upgraded",
				})
			}
		},
	}
}
