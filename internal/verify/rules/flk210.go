package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK210 is the operator's rule 10.
func (Catalogue) FLK210() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "unknown file in logConfiguration", Severity: diag.Error,
			What: "A key of spec.logConfiguration is neither log4j-console.properties nor logback-console.xml.",
			Why:  "The operator refuses the resource: Flink reads no other file.",
			Bad: `kind: FlinkDeployment
spec:
  logConfiguration:
    log4j.properties: rootLogger.level = INFO
`,
			Good: `kind: FlinkDeployment
spec:
  logConfiguration:
    log4j-console.properties: rootLogger.level = INFO
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateLogConfig; measured with 1.7.0 and 1.16.1 " +
				"(internal/tools/oracle)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, key := range slices.Sorted(maps.Keys(c.Spec.LogConfiguration)) {
				if key != "log4j-console.properties" && key != "logback-console.xml" {
					say(model.Problem{
						Field:   c.Field("logConfiguration", key),
						Message: fmt.Sprintf("log configuration %q is not known to Flink", key),
						Hint:    "name it log4j-console.properties or logback-console.xml",
					})
				}
			}
		},
	}
}
