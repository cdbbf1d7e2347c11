package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK252 is the operator's rule 52.
func (Catalogue) FLK252() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "session job without a job", Severity: diag.Error,
			What: "spec.job of a FlinkSessionJob is not there.",
			Why:  "The operator refuses the resource.",
			Bad: `kind: FlinkSessionJob
spec:
  job: null
`,
			Good: `kind: FlinkSessionJob
spec:
  job:
    parallelism: 1
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJobNotEmpty; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			if j.Spec.Job == nil {
				say(model.Problem{
					Field:   j.Field("job"),
					Message: "a session job needs a job",
					Hint:    "set job.jarURI and job.parallelism",
				})
			}
		},
	}
}
