package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK284 is about configuration that is lost on its way.
func (Catalogue) FLK284() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "key set twice", Severity: diag.Warning,
			What: "A key of flinkConfiguration comes both nested and with dots, with different values.",
			Why:  "One of the two values is lost, and which one depends on the order of the keys in the stored object.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    state.savepoints.dir: s3://flink-data/a
    state:
      savepoints:
        dir: s3://flink-data/b
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    state.savepoints.dir: s3://flink-data/a
    state:
      savepoints:
        dir: s3://flink-data/a
`,
			Source: "flink-kubernetes-operator 1.15, ConfigObjectNode.asFlatMap",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, p := range oddities(c.Spec.FlinkConfiguration) {
				if p.kind == twice {
					say(model.Problem{
						Field:   c.Field(append([]string{"flinkConfiguration"}, p.path...)...),
						Message: fmt.Sprintf("%s is set twice, with different values", p.name()),
						Hint:    "keep one of the two",
					})
				}
			}
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			for _, p := range oddities(j.Spec.FlinkConfiguration) {
				if p.kind == twice {
					say(model.Problem{
						Field:   j.Field(append([]string{"flinkConfiguration"}, p.path...)...),
						Message: fmt.Sprintf("%s is set twice, with different values", p.name()),
						Hint:    "keep one of the two",
					})
				}
			}
		},
	}
}
