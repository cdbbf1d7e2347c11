package rules

import (
	"fmt"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK874 is about transactions that are longer than brokers take.
func (Catalogue) FLK874() Rule {
	const brokers = 15 * time.Minute
	return Rule{
		Entry: diag.Entry{
			Title: "Kafka's brokers may refuse the transaction time-out", Severity: diag.Warning,
			What: "A connector writes to Kafka exactly once, and its `transaction.timeout.ms` is longer than 15 minutes, which is what brokers " +
				"take unless they are told otherwise; or it is not set, and Flink's own is an hour.",
			Why: "The producer fails at the start: \"The transaction timeout is larger than the maximum value allowed by the broker\".",
			Bad: kafkaPod("3600000"), Good: kafkaPod("900000"),
			Source: "Kafka documentation, transaction.max.timeout.ms; apache/flink-connector-kafka 3.4, KafkaSinkBuilder",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, sink := range exactlyOnce(c) {
				length := sink.timeout
				if length == 0 {
					length = time.Hour
				}
				if length > brokers {
					say(model.Problem{
						Field:   sink.field,
						Message: fmt.Sprintf("connector %s: a transaction may take %s, and brokers take %s by default", sink.name, length, brokers),
						Hint:    "lower transactionTimeout, or raise transaction.max.timeout.ms of the brokers",
					})
				}
			}
		},
	}
}
