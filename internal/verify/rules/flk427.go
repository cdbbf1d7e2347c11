package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK427 is about two identities for one EMR job.
func (Catalogue) FLK427() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "serviceAccount and executionRoleArn", Severity: diag.Warning,
			What: "A FlinkDeployment of EMR has both a `serviceAccount` and an `executionRoleArn`.",
			Why: "With a role EMR makes service accounts of its own for the pods; with a service account the pods run as that " +
				"one. AWS's examples have one of the two, and which stands where both are set is not confirmed.",
			Bad: "kind: FlinkDeployment\nspec:\n  image: null\n  serviceAccount: flink\n  emrReleaseLabel: emr-7.12.0-flink-latest\n" +
				"  executionRoleArn: arn:aws:iam::111122223333:role/flink-orders\n",
			Good:   emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n"),
			Source: "EMR on EKS guide, pages jobruns-flink-kubernetes-operator-run-application and jobruns-flink-restart",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !forEMR(c) || c.Spec.ServiceAccount == "" || c.Spec.ExecutionRoleARN == "" {
				return
			}
			say(model.Problem{
				Field:   c.Field("serviceAccount"),
				Message: fmt.Sprintf("serviceAccount %s stands beside executionRoleArn, for which EMR makes its own", c.Spec.ServiceAccount),
				Hint:    "keep one of the two",
			})
		},
	}
}
