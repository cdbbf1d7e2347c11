package rules

import (
	"fmt"
	"strconv"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK279 is about the name of the container that Flink runs in.
func (Catalogue) FLK279() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "main container under another name", Severity: diag.Warning,
			What: "A pod template has a container that looks as if Flink should run in it, since it is called after Flink, and " +
				"that is not called flink-main-container.",
			Why: "Flink runs in the container flink-main-container alone. Any other is a second container beside it: " +
				"its settings do not reach Flink.",
			Bad: `kind: FlinkDeployment
spec:
  podTemplate:
    spec:
      containers:
      - name: flink
        image: flink:1.20
`,
			Good: `kind: FlinkDeployment
spec:
  podTemplate:
    spec:
      containers:
      - name: flink-main-container
        image: flink:1.20
`,
			Source: "flink 1.20, Constants.MAIN_CONTAINER_NAME; docs/content/docs/custom-resource/pod-template.md of the " +
				"operator",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, t := range podTemplates(c) {
				for i, container := range t.template.Spec.Containers {
					if !mistaken(container) {
						continue
					}
					say(model.Problem{
						Field:   append(t.field, "spec", "containers", strconv.Itoa(i), "name"),
						Message: fmt.Sprintf("container %q is not the one that Flink runs in", container.Name),
						Hint:    "call it flink-main-container, or after what it does if it is a sidecar",
					})
				}
			}
		},
	}
}
