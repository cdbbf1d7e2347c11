package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK400 is about the form of executionRoleArn.
func (Catalogue) FLK400() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "executionRoleArn is no ARN of an IAM role", Severity: diag.Error,
			What: "`executionRoleArn` has not the form `arn:aws:iam::ACCOUNT:role/NAME`.",
			Why: "EMR's operator takes the account and the role's name out of it to make the service accounts of the job's pods, " +
				"and the pods ask STS for exactly this role.",
			Bad: "kind: FlinkDeployment\nspec:\n  image: null\n  serviceAccount: null\n  emrReleaseLabel: emr-7.12.0-flink-20251111\n" +
				"  executionRoleArn: arn:aws:iam::1111-2222-3333:role/flink-orders\n",
			Good: emrJob("  emrReleaseLabel: emr-7.12.0-flink-20251111\n"),
			Source: "EMR on EKS guide, pages jobruns-flink-kubernetes-operator-run-application and setting-up-trust-policy; IAM " +
				"User Guide, IAM identifiers",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			arn := c.Spec.ExecutionRoleARN
			wrong := aws.CheckRoleARN(arn)
			if arn == "" || wrong == "" || arnPlaceholder(arn) != "" {
				return
			}
			say(model.Problem{
				Field:   c.Field("executionRoleArn"),
				Message: fmt.Sprintf("%q is no ARN of an IAM role: %s", arn, wrong),
				Hint:    "write it as IAM shows it, arn:aws:iam::111122223333:role/NAME",
			})
		},
	}
}
