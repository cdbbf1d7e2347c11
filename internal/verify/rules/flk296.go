package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK296 is about EMR releases whose operator version is not known.
func (Catalogue) FLK296() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "EMR release whose operator version is not known", Severity: diag.Info,
			What: "The version of the operator was taken from an EMR release for which no source names it: it is the " +
				"lowest that it can be.",
			Why: "Rules that came or went with a later version may be missing, or said in vain.",
			Bad: `kind: FlinkDeployment
spec:
  emrReleaseLabel: emr-7.12.0-flink-latest
`,
			Good: `kind: FlinkDeployment
spec:
  emrReleaseLabel: emr-7.2.0-flink-latest
  flinkVersion: v1_18
`,
			Source: "EMR on EKS guide, page jobruns-flink-security-release-versions, whose table stops at 7.2.0",
		},
		World: func(w *model.World, say model.Say) {
			first, ok := firstFlink(w)
			if operator := w.Operator.Version; ok && w.Operator.LowerBound {
				say(model.Problem{
					Subject: first,
					Message: fmt.Sprintf("the operator of the EMR release is not known and taken to be %s, the oldest it can be", operator),
					Hint:    "say --operator-version if you know it",
				})
			}
		},
	}
}
