package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK259 is the operator's rule 59.
func (Catalogue) FLK259() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "jarURI at a private address", Severity: diag.Error,
			What: "The host of job.jarURI of a session job is a loopback, link-local, private (10/8, 172.16/12, " +
				"192.168/16), unspecified or multicast address.",
			Why: "The operator refuses the resource (from 1.15), unless " +
				"kubernetes.operator.user.artifacts.disallow-restricted-hosts is false in its configuration. A name " +
				"that resolves to such an address is refused as well, which cannot be seen here.",
			Bad: `kind: FlinkSessionJob
spec:
  job:
    jarURI: "https://10.0.0.7/orders.jar"
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
			if fault, text := sessionJar(j); fault == jarPrivate {
				say(model.Problem{
					Field:   j.Field("job", "jarURI"),
					Message: text,
					Hint:    "the operator lets it through with kubernetes.operator.user.artifacts.disallow-restricted-hosts: \"false\"",
				})
			}
		},
	}
}
