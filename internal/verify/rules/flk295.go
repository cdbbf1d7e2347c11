package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK295 is about operator 1.16.
func (Catalogue) FLK295() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "operator 1.16", Severity: diag.Warning,
			What: "The operator is 1.16, whose rules were read from a snapshot before its release.",
			Why: "What the validator of 1.16.1 says was measured, except for the autoscaler's options; its CRDs were " +
				"not read, so that fields it has may be called unknown.",
			Bad: `kind: Deployment
apiVersion: apps/v1
metadata: {name: flink-kubernetes-operator, namespace: flink}
spec:
  template:
    spec:
      containers:
      - name: flink-kubernetes-operator
        image: ghcr.io/apache/flink-kubernetes-operator:1.16.1
---
kind: FlinkDeployment
`,
			Good: `kind: Deployment
apiVersion: apps/v1
metadata: {name: flink-kubernetes-operator, namespace: flink}
spec:
  template:
    spec:
      containers:
      - name: flink-kubernetes-operator
        image: ghcr.io/apache/flink-kubernetes-operator:1.15.0
---
kind: FlinkDeployment
`,
			Source: "flink-kubernetes-operator, commit 6e9caeb4 (1.16-SNAPSHOT); internal/tools/oracle",
		},
		World: func(w *model.World, say model.Say) {
			first, ok := firstFlink(w)
			if operator := w.Operator.Version; ok && operator.Major == 1 && operator.Minor == 16 {
				say(model.Problem{
					Subject: first,
					Message: fmt.Sprintf("the rules for operator %s were read from a snapshot before its release", operator),
					Hint:    "check findings about new fields against the release's own documentation",
				})
			}
		},
	}
}
