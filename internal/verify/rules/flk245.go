package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK245 is the operator's rule 45; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK245() Rule {
	cluster, session := jobRule(autoscaler245)
	return Rule{
		Entry: diag.Entry{
			Title: "scaling.effectiveness.threshold out of range", Severity: diag.Error,
			What: "job.autoscaler.scaling.effectiveness.threshold is no number between 0 and 1.",
			Why: "The operator refuses the resource while the autoscaler is enabled, as is the detection of " +
				"ineffective scaling (from operator 1.16).",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.scaling.effectiveness.detection.enabled: "true"
    job.autoscaler.scaling.effectiveness.threshold: "2"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.scaling.effectiveness.detection.enabled: "true"
    job.autoscaler.scaling.effectiveness.threshold: "0.1"
`,
			Flags:  []string{"--operator-version=1.16"},
			Source: "flink-kubernetes-operator 1.16, AutoscalerValidator.validateAutoscalerOptions, read from a snapshot",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler245(j job, say model.Say) {
	if j.operator.AtLeast(1, 16) && j.config.Bool(false, autoscalerKeys(j, "scaling.effectiveness.detection.enabled")...) {
		numberInRange(j, autoscalerNumber{option: "scaling.effectiveness.threshold", min: 0, max: 1}, say)
	}
}
