package rules

import (
	"fmt"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// kafkaPod is an example of a cluster with a Kafka sink that is exactly-once, with its time-out in milliseconds.
func kafkaPod(milliseconds string) string {
	return "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      containers:\n      - name: flink-main-container\n" +
		"        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n        env:\n" +
		"        - {name: ENABLE_BUILT_IN_PLUGINS, value: flink-s3-fs-presto-1.20.4.jar}\n" +
		"        - {name: CONNECTOR_ORDERS_DELIVERY_GUARANTEE, value: exactly-once}\n" +
		"        - name: CONNECTOR_ORDERS_PROPERTIES\n          value: |\n            transaction.timeout.ms=" + milliseconds + "\n"
}

// FLK873 holds the time-out of a transaction against what a checkpoint and a restart take.
func (Catalogue) FLK873() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "Kafka may give up a transaction before it is committed", Severity: diag.Warning,
			What: "A connector writes to Kafka exactly once, and its `transaction.timeout.ms` is shorter than the checkpoint interval, the " +
				"checkpoint time-out and the longest wait of the restart strategy together.",
			Why: "What is written since a checkpoint is committed when the next one is done, after a failure once the job runs again. A " +
				"transaction that is older is aborted by the broker: its records are lost, without an error.",
			Bad: kafkaPod("300000"), Good: kafkaPod("900000"),
			Source: "Flink 1.20, connectors/datastream/kafka, fault tolerance; Kafka documentation, transaction.timeout.ms",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			interval := checkpointInterval(c)
			if interval == 0 {
				return
			}
			timeout := c.Config.Duration(10*time.Minute, "execution.checkpointing.timeout")
			need := interval + timeout + longestRestart(c)
			for _, sink := range exactlyOnce(c) {
				if sink.timeout > 0 && sink.timeout < need {
					say(model.Problem{
						Field: sink.field,
						Message: fmt.Sprintf("connector %s: a transaction times out after %s, but a checkpoint every %s with a time-out of %s and a "+
							"restart after %s take up to %s", sink.name, sink.timeout, interval, timeout, longestRestart(c), need),
						Hint: "set transactionTimeout to more than that, or lower checkpoints.timeout; time to start pods comes on top",
					})
				}
			}
		},
	}
}
