package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK218 is the operator's rule 18.
func (Catalogue) FLK218() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "no memory of the JobManager", Severity: diag.Error,
			What: "The memory of the JobManager is given neither in spec.jobManager.resource.memory (from operator 1.16 " +
				"also spec.jobManager.resources) nor in the configuration.",
			Why: "The operator refuses the resource: it sizes the pod by it.",
			Bad: `kind: FlinkDeployment
spec:
  jobManager:
    resource: {cpu: 1, memory: null}
`,
			Good: `kind: FlinkDeployment
spec:
  jobManager:
    resource: {cpu: 1, memory: 2048m}
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJmSpec, JobManagerProcessUtils of Flink; " +
				"measured with 1.7.0 and 1.16.1 (internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			memoryMissing(c, model.JobManager, say)
		},
	}
}
