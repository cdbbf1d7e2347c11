package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// serviceAccount is an example of a ServiceAccount with a role.
func serviceAccount(role string) string {
	return "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: flink\n  namespace: team-a\n  annotations:\n" +
		"    eks.amazonaws.com/role-arn: " + role + "\n"
}

// FLK600 is about the form of the role of a service account.
func (Catalogue) FLK600() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "role of a service account is no ARN of an IAM role", Severity: diag.Error,
			What: "The annotation `eks.amazonaws.com/role-arn` of a ServiceAccount has not the form `arn:aws:iam::ACCOUNT:role/NAME`.",
			Why:  "EKS gives the text to the pods as it is, and STS refuses it: the pods have no access to AWS.",
			Bad:  serviceAccount("flink-orders"), Good: serviceAccount("arn:aws:iam::111122223333:role/flink-orders"),
			Source: "EKS User Guide, Assign IAM roles to Kubernetes service accounts; IAM User Guide, IAM identifiers",
		},
		World: func(w *model.World, say model.Say) {
			for _, o := range w.Kind("ServiceAccount") {
				arn := o.Annotations[aws.RoleAnnotation]
				wrong := aws.CheckRoleARN(arn)
				if arn == "" || wrong == "" || arnPlaceholder(arn) != "" {
					continue
				}
				say(model.Problem{
					Subject: o.Subject, Field: []string{"metadata", "annotations", aws.RoleAnnotation},
					Message: fmt.Sprintf("%q is no ARN of an IAM role: %s", arn, wrong),
					Hint:    "write it as IAM shows it, arn:aws:iam::111122223333:role/NAME",
				})
			}
		},
	}
}
