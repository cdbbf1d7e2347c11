package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK293 is about the autoscaler and old Flink versions.
func (Catalogue) FLK293() Rule {
	cluster, session := jobRule(autoscalerTooEarly)
	return Rule{
		Entry: diag.Entry{
			Title: "autoscaler before Flink 1.17", Severity: diag.Warning,
			What: "The autoscaler is enabled for a job whose Flink is older than 1.17.",
			Why:  "Flink 1.17 is the first with the metrics that the autoscaler works by.",
			Bad: `kind: FlinkDeployment
spec:
  flinkVersion: v1_16
  flinkConfiguration:
    job.autoscaler.enabled: "true"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkVersion: v1_20
  flinkConfiguration:
    job.autoscaler.enabled: "true"
`,
			Source: "flink-kubernetes-operator 1.15, docs/content/docs/custom-resource/autoscaler.md",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func autoscalerTooEarly(j job, say model.Say) {
	s, ok := j.config.Find(autoscalerKeys(j, "enabled")...)
	if !ok || j.spec == nil || !strings.EqualFold(strings.TrimSpace(s.Value), "true") || j.flink.IsZero() || j.flink.AtLeast(1, 17) {
		return
	}
	say(model.Problem{
		Field:   j.field("flinkConfiguration", s.Key),
		Message: fmt.Sprintf("the autoscaler%s needs Flink 1.17 or newer, and flinkVersion is %s", byOperator(s), j.flink),
		Hint:    "move the job to a newer Flink, or switch the autoscaler off",
	})
}
