package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK241 is the operator's rule 41; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK241() Rule {
	cluster, session := jobRule(autoscaler241)
	return Rule{
		Entry: diag.Entry{
			Title: "utilization.min out of range", Severity: diag.Error,
			What: "job.autoscaler.utilization.min is no number between 0 and utilization.target.",
			Why:  "The operator refuses the resource while the autoscaler is enabled (from operator 1.11).",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.utilization.min: "0.8"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.utilization.min: "0.4"
`,
			Source: "flink-kubernetes-operator 1.15, AutoscalerValidator.validateAutoscalerOptions; the version that " +
				"brought it is the one of the option, not read from its tag",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler241(j job, say model.Say) {
	target, ok := number(j, targetUtilization(j))
	if !ok || !j.operator.AtLeast(1, 11) {
		return
	}
	numberInRange(j, autoscalerNumber{option: "utilization.min", min: 0, max: target}, say)
}
