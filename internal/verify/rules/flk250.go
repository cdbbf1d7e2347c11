package rules

import (
	"fmt"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK250 is the operator's rule 50; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK250() Rule {
	cluster, session := jobRule(autoscaler250)
	return Rule{
		Entry: diag.Entry{
			Title: "metrics window shorter than the reconcile interval", Severity: diag.Error,
			What: "job.autoscaler.metrics.window is shorter than kubernetes.operator.reconcile.interval (operator 1.16 " +
				"and newer).",
			Why: "The operator refuses the resource while the autoscaler is enabled: fewer than two samples are kept, " +
				"and it never scales.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.metrics.window: 10 s
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.metrics.window: 10 min
`,
			Flags: []string{"--operator-version=1.16"},
			Source: "flink-kubernetes-operator 1.16, DefaultValidator.validateMetricsWindow; measured with 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler250(j job, say model.Say) {
	const interval = "kubernetes.operator.reconcile.interval"
	keys := autoscalerKeys(j, "metrics.window")
	window, reconcile := j.config.Duration(15*time.Minute, keys...), j.config.Duration(time.Minute, interval)
	if !j.operator.AtLeast(1, 16) || !j.config.Bool(false, autoscalerKeys(j, "enabled")...) || window >= reconcile {
		return
	}
	say(model.Problem{
		Field:   j.field("flinkConfiguration", keys[0]),
		Message: fmt.Sprintf("the metrics window of %s is shorter than the operator's reconcile interval of %s", window, reconcile),
		Hint:    "raise job.autoscaler.metrics.window, of which the default is 15 min: the autoscaler needs at least two samples in it",
	})
}
