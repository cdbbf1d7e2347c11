package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK254 is the operator's rule 54.
func (Catalogue) FLK254() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "jarURI that is no URI", Severity: diag.Error,
			What: "job.jarURI of a session job is no URI to Java.",
			Why:  "The operator refuses the resource (from 1.15).",
			Bad: `kind: FlinkSessionJob
spec:
  job:
    jarURI: "https://artifacts.example.com/or ders.jar"
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
			if fault, text := sessionJar(j); fault == jarNoURI {
				say(model.Problem{
					Field:   j.Field("job", "jarURI"),
					Message: text,
					Hint:    "escape spaces and other special characters with %XX",
				})
			}
		},
	}
}
