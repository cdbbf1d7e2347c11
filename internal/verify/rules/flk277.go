package rules

import (
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK277 is of fields that the operator reads without a check at admission.
func (Catalogue) FLK277() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "image pull policy that Kubernetes does not know", Severity: diag.Error,
			What: "spec.imagePullPolicy is none of Always, IfNotPresent and Never.",
			Why: "The API server and the validator take any text, and the operator then fails to make the " +
				"configuration: the cluster never starts.",
			Bad: `kind: FlinkDeployment
spec:
  imagePullPolicy: always
`,
			Good: `kind: FlinkDeployment
spec:
  imagePullPolicy: Always
`,
			Source: "flink-kubernetes-operator 1.15, FlinkConfigBuilder; flink 1.20, " +
				"KubernetesConfigOptions.ImagePullPolicy",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			policies := []string{"", "Always", "IfNotPresent", "Never"}
			if !slices.Contains(policies, c.Spec.ImagePullPolicy) {
				say(model.Problem{
					Field:   c.Field("imagePullPolicy"),
					Message: fmt.Sprintf("imagePullPolicy %q is none of Always, IfNotPresent and Never", c.Spec.ImagePullPolicy),
					Hint:    "case counts",
				})
			}
		},
	}
}
