package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK217 is the operator's rule 17; session jobs whose cluster is known: rule 62.
func (Catalogue) FLK217() Rule {
	cluster, session := jobRule(parallelismMissing)
	return Rule{
		Entry: diag.Entry{
			Title: "no parallelism", Severity: diag.Error,
			What: "job.parallelism is less than 1 or not there, and taskManager.replicas, which would stand for it, is " +
				"not set.",
			Why: "The operator refuses the resource: the parallelism is 0 where it is left out.",
			Bad: `kind: FlinkDeployment
spec:
  job:
    parallelism: null
`,
			Good: `kind: FlinkDeployment
spec:
  job:
    parallelism: 2
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobSpec; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func parallelismMissing(j job, say model.Say) {
	if j.spec == nil || j.replicas || j.spec.Parallelism != nil && *j.spec.Parallelism >= 1 {
		return
	}
	message := "job.parallelism is missing, and the operator takes it as 0"
	if j.spec.Parallelism != nil {
		message = fmt.Sprintf("job.parallelism is %d and must be 1 or more", *j.spec.Parallelism)
	}
	say(model.Problem{Field: j.field("job", "parallelism"), Message: message, Hint: "set job.parallelism"})
}
