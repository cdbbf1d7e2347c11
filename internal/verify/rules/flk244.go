package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK244 is the operator's rule 44; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK244() Rule {
	cluster, session := jobRule(autoscaler244)
	return Rule{
		Entry: diag.Entry{
			Title: "observed-scalability.coefficient-min out of range", Severity: diag.Error,
			What: "job.autoscaler.observed-scalability.coefficient-min is no number between 0.01 and 1.",
			Why: "The operator refuses the resource while the autoscaler is enabled, as is observed-scalability (from " +
				"operator 1.12).",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.observed-scalability.enabled: "true"
    job.autoscaler.observed-scalability.coefficient-min: "0"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.observed-scalability.enabled: "true"
    job.autoscaler.observed-scalability.coefficient-min: "0.5"
`,
			Source: "flink-kubernetes-operator 1.15, AutoscalerValidator.validateAutoscalerOptions; the version that " +
				"brought it was not read from its tag",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler244(j job, say model.Say) {
	if j.operator.AtLeast(1, 12) && j.config.Bool(false, autoscalerKeys(j, "observed-scalability.enabled")...) {
		numberInRange(j, autoscalerNumber{option: "observed-scalability.coefficient-min", min: 0.01, max: 1}, say)
	}
}
