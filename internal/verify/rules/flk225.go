package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK225 is the operator's rule 25.
func (Catalogue) FLK225() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "fewer than one JobManager", Severity: diag.Error,
			What: "spec.jobManager.replicas is less than 1.",
			Why:  "The operator refuses the resource.",
			Bad: `kind: FlinkDeployment
spec:
  jobManager:
    replicas: 0
`,
			Good: `kind: FlinkDeployment
spec:
  jobManager:
    replicas: 1
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJmReplicas; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if n, set := jobManagers(c); set && n < 1 {
				say(model.Problem{
					Field:   c.Field("jobManager", "replicas"),
					Message: fmt.Sprintf("jobManager.replicas is %d and must be 1 or more", n),
					Hint:    "to stop a job set job.state to suspended",
				})
			}
		},
	}
}
