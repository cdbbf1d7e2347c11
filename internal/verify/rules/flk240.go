package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK240 is the operator's rule 40; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK240() Rule {
	cluster, session := jobRule(autoscaler240)
	return Rule{
		Entry: diag.Entry{
			Title: "utilization.max out of range", Severity: diag.Error,
			What: "job.autoscaler.utilization.max is no number between utilization.target and 1.",
			Why:  "The operator refuses the resource while the autoscaler is enabled (from operator 1.11).",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.utilization.max: "0.5"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.utilization.max: "0.9"
`,
			Source: "flink-kubernetes-operator 1.15, AutoscalerValidator.validateAutoscalerOptions; the version that " +
				"brought it is the one of the option, not read from its tag",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler240(j job, say model.Say) {
	target, ok := number(j, targetUtilization(j))
	if !ok || !j.operator.AtLeast(1, 11) {
		return
	}
	numberInRange(j, autoscalerNumber{option: "utilization.max", min: target, max: 1}, say)
}
