package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK238 is the operator's rule 38; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK238() Rule {
	cluster, session := jobRule(autoscaler238)
	return Rule{
		Entry: diag.Entry{
			Title: "utilization.target out of range", Severity: diag.Error,
			What: "job.autoscaler.utilization.target is no number between 0 and 1; before operator 1.11 the key is " +
				"job.autoscaler.target.utilization.",
			Why: "The operator refuses the resource while the autoscaler is enabled.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.utilization.target: "1.5"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.utilization.target: "0.7"
`,
			Source: "flink-kubernetes-operator 1.15, AutoscalerValidator.validateAutoscalerOptions; measured with 1.7.0 " +
				"(internal/tools/oracle) as target.utilization",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler238(j job, say model.Say) {
	numberInRange(j, targetUtilization(j), say)
}
