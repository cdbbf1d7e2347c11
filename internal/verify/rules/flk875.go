package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK875 is about a sink that never commits.
func (Catalogue) FLK875() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "Kafka sink never commits", Severity: diag.Error,
			What: "A connector writes to Kafka exactly once, and the cluster takes no checkpoints: there is no `execution.checkpointing.interval`.",
			Why: "Transactions are committed with checkpoints. Without any, readers that read what is committed see nothing, and the broker " +
				"aborts the transactions.",
			Bad:    kafkaPod("900000") + "  flinkConfiguration:\n    execution.checkpointing.interval: null\n",
			Good:   kafkaPod("900000"),
			Source: "Flink 1.20, connectors/datastream/kafka, fault tolerance",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			// A session job may have its own interval, and a batch job commits at its end.
			if c.Session() || checkpointInterval(c) > 0 || strings.EqualFold(c.Config.Text("execution.runtime-mode"), "BATCH") {
				return
			}
			for _, sink := range exactlyOnce(c) {
				say(model.Problem{
					Field:   sink.field,
					Message: fmt.Sprintf("connector %s commits with checkpoints, and none are taken", sink.name),
					Hint:    "set checkpoints.interval (execution.checkpointing.interval), or delivery: at-least-once",
				})
			}
		},
	}
}
