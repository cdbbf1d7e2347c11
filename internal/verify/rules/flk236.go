package rules

import (
	"math"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK236 is the operator's rule 36; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK236() Rule {
	cluster, session := jobRule(autoscaler236)
	return Rule{
		Entry: diag.Entry{
			Title: "scale-down.max-factor out of range", Severity: diag.Error,
			What: "job.autoscaler.scale-down.max-factor is no number between 0 and infinity.",
			Why:  "The operator refuses the resource while the autoscaler is enabled.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.scale-down.max-factor: "-0.5"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.scale-down.max-factor: "0.5"
`,
			Source: "flink-kubernetes-operator 1.15, AutoscalerValidator.validateAutoscalerOptions; measured with 1.7.0 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler236(j job, say model.Say) {
	numberInRange(j, autoscalerNumber{option: "scale-down.max-factor", min: 0, max: math.Inf(1)}, say)
}
