package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK286 is about the interval of periodic snapshots.
func (Catalogue) FLK286() Rule {
	cluster, session := jobRule(intervalUnreadable)
	return Rule{
		Entry: diag.Entry{
			Title: "interval of periodic snapshots that cannot be read", Severity: diag.Warning,
			What: "kubernetes.operator.periodic.savepoint.interval or kubernetes.operator.periodic.checkpoint.interval " +
				"is neither a duration nor a Quartz cron expression of six or seven fields.",
			Why: "The operator writes a warning into its own log and takes no snapshots.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.periodic.savepoint.interval: "0 */6 * * *"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    kubernetes.operator.periodic.savepoint.interval: "0 0 */6 * * ?"
`,
			Source: "flink-kubernetes-operator 1.15, SnapshotUtils.shouldTriggerSnapshot; Quartz 2, CronExpression",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func intervalUnreadable(j job, say model.Say) {
	for _, what := range []string{"savepoint", "checkpoint"} {
		key := "kubernetes.operator.periodic." + what + ".interval"
		s, ok := j.config.Find(key)
		if !ok || j.spec == nil || isInterval(s.Value) {
			continue
		}
		say(model.Problem{
			Field:   j.field("flinkConfiguration", key),
			Message: fmt.Sprintf("%s is %q%s, which is neither a duration nor a Quartz cron expression", key, s.Value, byOperator(s)),
			Hint:    "write 6 h, or \"0 0 */6 * * ?\" with seconds first and ? for one of the two fields about days",
		})
	}
}
