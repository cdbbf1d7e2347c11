package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK281 is about configuration that is lost on its way.
func (Catalogue) FLK281() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "list of maps in the configuration", Severity: diag.Warning,
			What: "A list in flinkConfiguration has maps or lists as items.",
			Why: "The operator joins the items of a list with semicolons and makes each map or list the empty string: " +
				"what it says is lost without a word.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    pipeline.jars:
    - name: a.jar
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    pipeline.jars:
    - local:///a.jar
`,
			Source: "flink-kubernetes-operator 1.15, ConfigObjectNode.asFlatMap",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, p := range oddities(c.Spec.FlinkConfiguration) {
				if p.kind == listOfMaps {
					say(model.Problem{
						Field:   c.Field(append([]string{"flinkConfiguration"}, p.path...)...),
						Message: fmt.Sprintf("%s is a list of maps, and the maps are lost", p.name()),
						Hint:    "write texts, or one text with semicolons between",
					})
				}
			}
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			for _, p := range oddities(j.Spec.FlinkConfiguration) {
				if p.kind == listOfMaps {
					say(model.Problem{
						Field:   j.Field(append([]string{"flinkConfiguration"}, p.path...)...),
						Message: fmt.Sprintf("%s is a list of maps, and the maps are lost", p.name()),
						Hint:    "write texts, or one text with semicolons between",
					})
				}
			}
		},
	}
}
