package rules

import (
	"math"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK237 is the operator's rule 37; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK237() Rule {
	cluster, session := jobRule(autoscaler237)
	return Rule{
		Entry: diag.Entry{
			Title: "scale-up.max-factor out of range", Severity: diag.Error,
			What: "job.autoscaler.scale-up.max-factor is no number between 0 and infinity.",
			Why:  "The operator refuses the resource while the autoscaler is enabled.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.scale-up.max-factor: "-1"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.scale-up.max-factor: "2.0"
`,
			Source: "flink-kubernetes-operator 1.15, AutoscalerValidator.validateAutoscalerOptions; measured with 1.7.0 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler237(j job, say model.Say) {
	numberInRange(j, autoscalerNumber{option: "scale-up.max-factor", min: 0, max: math.Inf(1)}, say)
}
