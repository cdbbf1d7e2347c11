package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK601 is about roles of several accounts.
func (Catalogue) FLK601() Rule {
	const operator = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: operator\n  namespace: flink-operator\n  " +
		"annotations:\n" +
		"    eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/flink-operator\n"
	return Rule{
		Entry: diag.Entry{
			Title: "roles of several accounts", Severity: diag.Warning,
			What: "A role is of another AWS account, or of another partition, than most of the roles in the same input.",
			Why: "A role that pods assume trusts the OIDC provider of one cluster, which is as a rule in the role's own account. " +
				"Another account works if it has that provider too, but is mostly one digit that is wrong.",
			Bad: serviceAccount("arn:aws:iam::111122223334:role/flink-orders") + operator,
			Good: serviceAccount("arn:aws:iam::111122223333:role/flink-orders") +
				operator,
			Source: "EKS User Guide, IAM roles for service accounts, cross-account access",
		},
		Across: func(w *model.World) Across {
			roles := rolesOf(w)
			return Across{
				Cluster: func(c *model.Cluster, _ model.Say) {
					if arn := c.Spec.ExecutionRoleARN; aws.CheckRoleARN(arn) == "" {
						roles = append(roles, roleUse{c.Subject, c.Field("executionRoleArn"), arn})
					}
				},
				Done: func(say model.Say) { foreignRoles(roles, say) },
			}
		},
	}
}

func foreignRoles(roles []roleUse, say model.Say) {
	most := mostCommonAccount(roles)
	for _, r := range roles {
		if home := awsAccountOf(r.arn); home != most {
			say(model.Problem{
				Subject: r.subject, Field: r.field,
				Message: fmt.Sprintf("the role is of account %s, and others in the input are of %s", home, most),
				Hint:    "check the account; for access to another account let the job assume a second role",
			})
		}
	}
}

// roleUse is an IAM role that an object names.
type roleUse struct {
	subject *model.Subject
	field   []string
	arn     string
}

// rolesOf lists the well-formed roles of service accounts, in the order of the
// input.
func rolesOf(w *model.World) []roleUse {
	var out []roleUse
	for _, o := range w.Kind("ServiceAccount") {
		if arn := o.Annotations[aws.RoleAnnotation]; aws.CheckRoleARN(arn) == "" {
			out = append(out, roleUse{o.Subject, []string{"metadata", "annotations", aws.RoleAnnotation}, arn})
		}
	}
	return out
}

// awsAccountOf is the account of a role, with its partition if that is not aws.
func awsAccountOf(arn string) string {
	if p := aws.PartitionOf(arn); p != "aws" {
		return p + ":" + aws.AccountOf(arn)
	}
	return aws.AccountOf(arn)
}

// mostCommonAccount is the account of most roles, and of several the one that
// comes first.
func mostCommonAccount(roles []roleUse) string {
	count, most := map[string]int{}, ""
	for _, r := range roles {
		count[awsAccountOf(r.arn)]++
	}
	for _, r := range roles {
		if account := awsAccountOf(r.arn); count[account] > count[most] {
			most = account
		}
	}
	return most
}
