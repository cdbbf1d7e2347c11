package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK297 is about operators in no table.
func (Catalogue) FLK297() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "operator version that is not known", Severity: diag.Warning,
			What: "The version of the operator is older than 1.5 or newer than 1.16.",
			Why:  "Its rules are taken to be those of the nearest known version, which may be wrong.",
			Bad: `kind: Deployment
apiVersion: apps/v1
metadata: {name: flink-kubernetes-operator, namespace: flink}
spec:
  template:
    spec:
      containers:
      - name: flink-kubernetes-operator
        image: ghcr.io/apache/flink-kubernetes-operator:1.99.0
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
			Source: "internal/flink/operator.go",
		},
		World: func(w *model.World, say model.Say) {
			first, ok := firstFlink(w)
			if operator := w.Operator.Version; ok && !operator.Known() && (operator.Major != 1 || operator.Minor != 16) {
				say(model.Problem{
					Subject: first,
					Message: fmt.Sprintf("operator %s is not known: the rules of the nearest known version are used", operator),
					Hint:    "known are 1.5 to 1.15, and 1.16 in part",
				})
			}
		},
	}
}
