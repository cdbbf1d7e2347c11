package rules

import (
	"math"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK239 is the operator's rule 39; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK239() Rule {
	cluster, session := jobRule(autoscaler239)
	return Rule{
		Entry: diag.Entry{
			Title: "target.utilization.boundary out of range", Severity: diag.Error,
			What: "job.autoscaler.target.utilization.boundary is no number between 0 and infinity.",
			Why:  "The operator refuses the resource while the autoscaler is enabled.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.target.utilization.boundary: "-0.1"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.target.utilization.boundary: "0.3"
`,
			Source: "flink-kubernetes-operator 1.15, AutoscalerValidator.validateAutoscalerOptions; measured with 1.7.0 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler239(j job, say model.Say) {
	numberInRange(j, autoscalerNumber{option: "target.utilization.boundary", min: 0, max: math.Inf(1)}, say)
}
