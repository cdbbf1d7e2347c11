package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK298 is about resource beside resources.
func (Catalogue) FLK298() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "both resource and resources", Severity: diag.Warning,
			What: "A JobManager or TaskManager has both resource and resources (operator 1.16 and newer).",
			Why: "resources goes first, and what resource says about CPU and memory is dropped with a warning in the " +
				"operator's log.",
			Bad: `kind: FlinkDeployment
spec:
  jobManager:
    resource: {cpu: 1, memory: 2048m}
    resources:
      requests: {cpu: "1", memory: 2Gi}
`,
			Good: `kind: FlinkDeployment
spec:
  jobManager:
    resource: null
    resources:
      requests: {cpu: "1", memory: 2Gi}
`,
			Flags:  []string{"--operator-version=1.16"},
			Source: "flink-kubernetes-operator 1.16 (snapshot), FlinkConfigBuilder",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, component := range components() {
				r := sizes(c)[component]
				if c.World.Operator.Version.HasResources() && c.Resources[component].Given() && r != nil && (r.CPU != nil || r.Memory != "") {
					say(model.Problem{
						Field:   c.Field(string(component), "resource"),
						Message: fmt.Sprintf("%s has resource beside resources, which goes first", component),
						Hint:    "keep one of the two",
					})
				}
			}
		},
	}
}
