package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK248 is the operator's rule 48; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK248() Rule {
	cluster, session := jobRule(autoscaler248)
	return Rule{
		Entry: diag.Entry{
			Title: "excluded period that cannot be read", Severity: diag.Error,
			What: "A part of an entry of job.autoscaler.excluded.periods is neither a daily time such as 9:30-11:00 nor " +
				"a Quartz cron expression.",
			Why: "The operator refuses the resource while the autoscaler is enabled (from operator 1.8).",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.excluded.periods: "nights"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.excluded.periods: "22:00-23:59"
`,
			Source: "flink-kubernetes-operator 1.15, CalendarUtils.validateExcludedExpression; Quartz 2, DailyCalendar " +
				"and CronExpression",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler248(j job, say model.Say) {
	for period, fault := range excludedPeriods(j) {
		if fault == unreadablePart {
			say(excludedPeriodProblem(j, period, fault))
		}
	}
}
