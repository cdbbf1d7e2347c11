package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK260 is the operator's rule 60.
func (Catalogue) FLK260() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "session job on an application cluster", Severity: diag.Error,
			What: "The FlinkDeployment that a session job names has a job of its own.",
			Why:  "The operator refuses the resource: an application cluster runs its one job alone.",
			Bad: `kind: FlinkSessionJob
spec:
  deploymentName: orders
---
kind: FlinkDeployment
`,
			Good: `kind: FlinkSessionJob
spec:
  deploymentName: orders
---
kind: FlinkDeployment
spec:
  job: null
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateNotApplicationCluster; measured with 1.7.0 " +
				"and 1.16.1 (internal/tools/oracle)",
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			if j.Cluster != nil && !j.Cluster.Session() {
				say(model.Problem{
					Field:   j.Field("deploymentName"),
					Message: fmt.Sprintf("FlinkDeployment %s has a job of its own and takes no session jobs", j.Spec.DeploymentName),
					Hint:    "name a FlinkDeployment without a job",
				})
			}
		},
	}
}
