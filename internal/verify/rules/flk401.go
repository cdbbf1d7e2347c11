package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK401 is about roles with a path.
func (Catalogue) FLK401() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "executionRoleArn has a path", Severity: diag.Info,
			What: "The role of the job has a path in its ARN, as `role/teams/lab/flink`.",
			Why: "EMR names the service accounts after the last part of the ARN alone, as the AWS CLI does for the trust policy. " +
				"Whether EMR's operator does the same with a path is not confirmed by any page of AWS.",
			Bad: "kind: FlinkDeployment\nspec:\n  image: null\n  serviceAccount: null\n  emrReleaseLabel: emr-7.12.0-flink-20251111\n" +
				"  executionRoleArn: arn:aws:iam::111122223333:role/teams/orders/flink-orders\n",
			Good: emrJob("  emrReleaseLabel: emr-7.12.0-flink-20251111\n"),
			Source: "aws-cli v2, awscli/customizations/emrcontainers/constants.py (names of service accounts); no source for the " +
				"operator",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			arn := c.Spec.ExecutionRoleARN
			if aws.CheckRoleARN(arn) != "" || strings.HasSuffix(arn, ":role/"+aws.RoleName(arn)) {
				return
			}
			say(model.Problem{
				Field:   c.Field("executionRoleArn"),
				Message: fmt.Sprintf("the role %s has a path, and it is not confirmed that EMR's operator takes one", aws.RoleName(arn)),
				Hint:    "try it on a cluster first, or use a role without a path",
			})
		},
	}
}
