package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK242 is the operator's rule 42; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK242() Rule {
	cluster, session := jobRule(autoscaler242)
	return Rule{
		Entry: diag.Entry{
			Title: "memory.gc-pressure.threshold out of range", Severity: diag.Error,
			What: "job.autoscaler.memory.gc-pressure.threshold is no number between 0 and 1.",
			Why:  "The operator refuses the resource while the autoscaler is enabled (from operator 1.16).",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.memory.gc-pressure.threshold: "2"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.memory.gc-pressure.threshold: "0.9"
`,
			Flags:  []string{"--operator-version=1.16"},
			Source: "flink-kubernetes-operator 1.16, AutoscalerValidator.validateAutoscalerOptions, read from a snapshot",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler242(j job, say model.Say) {
	if j.operator.AtLeast(1, 16) {
		numberInRange(j, autoscalerNumber{option: "memory.gc-pressure.threshold", max: 1}, say)
	}
}
