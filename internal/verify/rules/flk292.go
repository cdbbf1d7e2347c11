package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK292 is about values that older CRDs refuse.
func (Catalogue) FLK292() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "configuration value that is no text", Severity: diag.Error,
			What: "A value of flinkConfiguration is a number, a boolean, a map or a list, and the operator is older " +
				"than 1.13.",
			Why: "The CRDs up to 1.12 type flinkConfiguration as a map of texts, and the API server refuses anything " +
				"else.",
			Bad: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    taskmanager.numberOfTaskSlots: 2
`,
			Good: `kind: FlinkDeployment
spec:
  flinkConfiguration:
    taskmanager.numberOfTaskSlots: "2"
`,
			Flags:  []string{"--operator-version=1.12"},
			Source: "flink-kubernetes-operator, CRDs of the tags 1.5.0 to 1.12.0 (FLINK-37406)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, p := range oddities(c.Spec.FlinkConfiguration) {
				if p.kind == noText && c.World.Operator.Version.FlinkConfigurationIsMap() {
					say(model.Problem{
						Field:   c.Field(append([]string{"flinkConfiguration"}, p.path...)...),
						Message: fmt.Sprintf("%s is no text, and operator %s takes texts alone", p.name(), c.World.Operator.Version),
						Hint:    "quote the value; write nested keys in one line with dots",
					})
				}
			}
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			for _, p := range oddities(j.Spec.FlinkConfiguration) {
				if p.kind == noText && j.World.Operator.Version.FlinkConfigurationIsMap() {
					say(model.Problem{
						Field:   j.Field(append([]string{"flinkConfiguration"}, p.path...)...),
						Message: fmt.Sprintf("%s is no text, and operator %s takes texts alone", p.name(), j.World.Operator.Version),
						Hint:    "quote the value; write nested keys in one line with dots",
					})
				}
			}
		},
	}
}
