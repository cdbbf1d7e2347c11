package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK257 is the operator's rule 57.
func (Catalogue) FLK257() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "jarURI without a host", Severity: diag.Error,
			What: "job.jarURI of a session job has the scheme http or https and no host.",
			Why:  "The operator refuses the resource (from 1.15), unless its configuration switches the check off.",
			Bad: `kind: FlinkSessionJob
spec:
  job:
    jarURI: "https:///orders.jar"
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
			if fault, text := sessionJar(j); fault == jarNoHost {
				say(model.Problem{
					Field:   j.Field("job", "jarURI"),
					Message: text,
					Hint:    "write https://HOST/PATH; a host has letters, digits, dashes and dots, no underscores",
				})
			}
		},
	}
}
