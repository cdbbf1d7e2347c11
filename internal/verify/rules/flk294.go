package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK294 is about scaling in place and old Flink versions.
func (Catalogue) FLK294() Rule {
	cluster, session := jobRule(inPlaceTooEarly)
	return Rule{
		Entry: diag.Entry{
			Title: "scaling in place before Flink 1.18", Severity: diag.Warning,
			What: "kubernetes.operator.job.upgrade.inplace-scaling.enabled is asked for, and the Flink of the job is " +
				"older than 1.18.",
			Why: "Flink 1.18 is the first whose jobs can be rescaled without a restart; others are upgraded in full.",
			Bad: `kind: FlinkDeployment
spec:
  flinkVersion: v1_17
  flinkConfiguration:
    kubernetes.operator.job.upgrade.inplace-scaling.enabled: "true"
`,
			Good: `kind: FlinkDeployment
spec:
  flinkVersion: v1_20
  flinkConfiguration:
    kubernetes.operator.job.upgrade.inplace-scaling.enabled: "true"
`,
			Source: "flink-kubernetes-operator 1.15, docs/content/docs/custom-resource/autoscaler.md",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func inPlaceTooEarly(j job, say model.Say) {
	const key = "kubernetes.operator.job.upgrade.inplace-scaling.enabled"
	s, ok := j.config.Find(key)
	if !ok || j.spec == nil || s.Source != flink.FromResource || !strings.EqualFold(strings.TrimSpace(s.Value), "true") {
		return
	}
	if j.flink.IsZero() || j.flink.AtLeast(1, 18) {
		return
	}
	say(model.Problem{
		Field:   j.field("flinkConfiguration", key),
		Message: fmt.Sprintf("scaling in place needs Flink 1.18 or newer, and flinkVersion is %s", j.flink),
		Hint:    "move the job to a newer Flink, or leave the key out",
	})
}
