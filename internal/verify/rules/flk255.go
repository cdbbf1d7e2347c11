package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK255 is the operator's rule 55.
func (Catalogue) FLK255() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "jarURI without a scheme", Severity: diag.Error,
			What: "job.jarURI of a session job has no scheme.",
			Why: "The operator refuses the resource (from 1.15): the operator fetches the jar itself, and nothing is " +
				"on its own disk.",
			Bad: `kind: FlinkSessionJob
spec:
  job:
    jarURI: "/opt/flink/usrlib/orders.jar"
`,
			Good: `kind: FlinkSessionJob
spec:
  job:
    jarURI: "https://artifacts.example.com/flink/orders.jar"
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateJarURI (from 1.15); measured with 1.16.1 " +
				"(internal/tools/oracle)",
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			if fault, text := sessionJar(j); fault == jarNoScheme {
				say(model.Problem{
					Field:   j.Field("job", "jarURI"),
					Message: text,
					Hint:    "put the jar where the operator can fetch it, for example on an https server",
				})
			}
		},
	}
}
