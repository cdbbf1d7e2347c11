package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK280 is about configuration that is no map.
func (Catalogue) FLK280() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "configuration that is no map", Severity: diag.Error,
			What: "flinkConfiguration is a text, a number or a list.",
			Why: "The API server takes any JSON from operator 1.13 on, and the operator then fails on it; older CRDs " +
				"refuse it.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration: "taskmanager.numberOfTaskSlots: 2"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    taskmanager.numberOfTaskSlots: "2"
`,
			Source: "flink-kubernetes-operator 1.15, ConfigObjectNode.asFlatMap",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.OwnErr != nil {
				say(model.Problem{
					Field:   c.Field("flinkConfiguration"),
					Message: "flinkConfiguration is no map of keys and values",
					Hint:    "write one key: value on each line",
				})
			}
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			if j.OwnErr != nil {
				say(model.Problem{
					Field:   j.Field("flinkConfiguration"),
					Message: "flinkConfiguration is no map of keys and values",
					Hint:    "write one key: value on each line",
				})
			}
		},
	}
}
