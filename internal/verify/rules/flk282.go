package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK282 is about configuration that is lost on its way.
func (Catalogue) FLK282() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "null in the configuration", Severity: diag.Warning,
			What: "A value in flinkConfiguration is null.",
			Why:  "The operator makes it the text null, which is not the same as leaving the key out.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    env:
      java:
        opts: [null]
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    env:
      java:
        opts: ["-Xss1m"]
`,
			Source: "flink-kubernetes-operator 1.15, ConfigObjectNode.asFlatMap",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, p := range oddities(c.Spec.FlinkConfiguration) {
				if p.kind == nullValue {
					say(model.Problem{
						Field:   c.Field(append([]string{"flinkConfiguration"}, p.path...)...),
						Message: fmt.Sprintf("%s is null, which becomes the text null", p.name()),
						Hint:    "leave the key out, or give it a value",
					})
				}
			}
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			for _, p := range oddities(j.Spec.FlinkConfiguration) {
				if p.kind == nullValue {
					say(model.Problem{
						Field:   j.Field(append([]string{"flinkConfiguration"}, p.path...)...),
						Message: fmt.Sprintf("%s is null, which becomes the text null", p.name()),
						Hint:    "leave the key out, or give it a value",
					})
				}
			}
		},
	}
}
