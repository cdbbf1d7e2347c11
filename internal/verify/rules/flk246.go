package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK246 is the operator's rule 46; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK246() Rule {
	cluster, session := jobRule(autoscaler246)
	return Rule{
		Entry: diag.Entry{
			Title: "memory.tuning.overhead out of range", Severity: diag.Error,
			What: "job.autoscaler.memory.tuning.overhead is no number between 0 and 1.",
			Why: "The operator refuses the resource while the autoscaler is enabled, as is memory tuning (from " +
				"operator 1.16).",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.memory.tuning.enabled: "true"
    job.autoscaler.memory.tuning.overhead: "2"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.memory.tuning.enabled: "true"
    job.autoscaler.memory.tuning.overhead: "0.2"
`,
			Flags:  []string{"--operator-version=1.16"},
			Source: "flink-kubernetes-operator 1.16, AutoscalerValidator.validateAutoscalerOptions, read from a snapshot",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler246(j job, say model.Say) {
	if j.operator.AtLeast(1, 16) && j.config.Bool(false, autoscalerKeys(j, "memory.tuning.enabled")...) {
		numberInRange(j, autoscalerNumber{option: "memory.tuning.overhead", min: 0, max: 1}, say)
	}
}
