package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK256 is the operator's rule 56.
func (Catalogue) FLK256() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "jarURI with a scheme that the operator does not allow", Severity: diag.Error,
			What: "The scheme of job.jarURI of a session job is not in " +
				"kubernetes.operator.user.artifacts.allowed-schemes, which is https alone by default.",
			Why: "The operator refuses the resource (from 1.15). The list is the operator's own: a resource cannot " +
				"change it.",
			Bad: `kind: FlinkSessionJob
spec:
  job:
    jarURI: "s3://flink-data/jars/orders.jar"
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
			if fault, text := sessionJar(j); fault == jarScheme {
				say(model.Problem{
					Field:   j.Field("job", "jarURI"),
					Message: text,
					Hint:    "use an allowed scheme, or extend kubernetes.operator.user.artifacts.allowed-schemes of the operator",
				})
			}
		},
	}
}
