package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK226 is the operator's rule 26.
func (Catalogue) FLK226() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "standby JobManagers without high availability", Severity: diag.Error,
			What: "spec.jobManager.replicas is more than 1, and high availability is off.",
			Why:  "The operator refuses the resource: the JobManagers could not choose a leader.",
			Bad: `kind: FlinkDeployment
spec:
  jobManager:
    replicas: 2
  flinkConfiguration:
    high-availability.type: null
`,
			Good: `kind: FlinkDeployment
spec:
  jobManager:
    replicas: 2
  flinkConfiguration:
    high-availability.type: kubernetes
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJmReplicas; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if n, set := jobManagers(c); set && n > 1 && !c.HighlyAvailable() {
				say(model.Problem{
					Field:   c.Field("jobManager", "replicas"),
					Message: fmt.Sprintf("jobManager.replicas is %d, and high availability is off", n),
					Hint:    haHint(c.World),
				})
			}
		},
	}
}
