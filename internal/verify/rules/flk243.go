package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK243 is the operator's rule 43; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK243() Rule {
	cluster, session := jobRule(autoscaler243)
	return Rule{
		Entry: diag.Entry{
			Title: "memory.heap-usage.threshold out of range", Severity: diag.Error,
			What: "job.autoscaler.memory.heap-usage.threshold is no number between 0 and 1.",
			Why:  "The operator refuses the resource while the autoscaler is enabled (from operator 1.16).",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.memory.heap-usage.threshold: "2"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.memory.heap-usage.threshold: "0.9"
`,
			Flags:  []string{"--operator-version=1.16"},
			Source: "flink-kubernetes-operator 1.16, AutoscalerValidator.validateAutoscalerOptions, read from a snapshot",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler243(j job, say model.Say) {
	if j.operator.AtLeast(1, 16) {
		numberInRange(j, autoscalerNumber{option: "memory.heap-usage.threshold", max: 1}, say)
	}
}
