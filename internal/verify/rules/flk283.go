package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK283 is about last-state without high availability.
func (Catalogue) FLK283() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "last-state without high availability", Severity: diag.Warning,
			What: "The upgrade mode is last-state, and high availability is off. Operators up to 1.9 (EMR up to 7.2) " +
				"refuse it, which is an error, and session jobs with last-state altogether.",
			Why: "The last state is found in the metadata that high availability keeps. Without it, newer operators " +
				"cancel the job by its REST interface, which does not work once the JobManager is lost.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    high-availability.type: null
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    high-availability.type: kubernetes
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobSpec of 1.7.0 (measured); " +
				"docs/content/docs/custom-resource/job-management.md",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Session() || c.Spec.Job.UpgradeMode != v1beta1.UpgradeModeLastState || c.HighlyAvailable() {
				return
			}
			p := model.Problem{
				Field:   c.Field("job", "upgradeMode"),
				Message: "last-state without high availability goes on from the latest checkpoint, and cannot recover a lost JobManager",
				Hint:    haHint(c.World),
			}
			if operator := c.World.Operator.Version; operator.LastStateNeedsHA() {
				p.Severity = new(diag.Error)
				p.Message = fmt.Sprintf("operator %s refuses last-state while high availability is off", operator)
			}
			say(p)
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			operator := j.World.Operator.Version
			if j.Spec.Job == nil || j.Spec.Job.UpgradeMode != v1beta1.UpgradeModeLastState || !operator.LastStateNeedsHA() {
				return
			}
			say(model.Problem{
				Field:    j.Field("job", "upgradeMode"),
				Severity: new(diag.Error),
				Message:  fmt.Sprintf("operator %s refuses last-state for session jobs", operator),
				Hint:     "use savepoint or stateless, or an operator of 1.10 or newer",
			})
		},
	}
}
