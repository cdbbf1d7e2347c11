package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK247 is the operator's rule 47; session jobs whose cluster is known: rule 63.
func (Catalogue) FLK247() Rule {
	cluster, session := jobRule(autoscaler247)
	return Rule{
		Entry: diag.Entry{
			Title: "excluded period of more than two parts", Severity: diag.Error,
			What: "An entry of job.autoscaler.excluded.periods has more than two parts joined by &&.",
			Why:  "The operator refuses the resource while the autoscaler is enabled (from operator 1.8).",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.excluded.periods: "9:00-10:00 && * * * ? * 2 && 12:00-13:00"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    job.autoscaler.enabled: "true"
    job.autoscaler.excluded.periods: "9:00-10:00 && * * * ? * 2"
`,
			Source: "flink-kubernetes-operator 1.15, CalendarUtils.validateExcludedExpression; Quartz 2, DailyCalendar " +
				"and CronExpression",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscaler247(j job, say model.Say) {
	for period, fault := range excludedPeriods(j) {
		if fault == tooManyParts {
			say(excludedPeriodProblem(j, period, fault))
		}
	}
}
