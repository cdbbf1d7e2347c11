package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK603 is about a role that stands where nobody looks for it.
func (Catalogue) FLK603() Rule {
	const role = "eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/flink-orders\n"
	return Rule{
		Entry: diag.Entry{
			Title: "role annotation is not on a ServiceAccount", Severity: diag.Warning,
			What: "`eks.amazonaws.com/role-arn` is an annotation of a FlinkDeployment or of a pod template.",
			Why:  "EKS reads the annotation of the pod's ServiceAccount alone; here it does nothing, and the pods have no role.",
			Bad:  "kind: FlinkDeployment\nspec:\n  podTemplate:\n    metadata:\n      annotations:\n        " + role,
			Good: "kind: FlinkDeployment\nspec:\n  serviceAccount: flink\n---\n" +
				serviceAccount("arn:aws:iam::111122223333:role/flink-orders"),
			Source: "EKS User Guide, Assign IAM roles to Kubernetes service accounts",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			place := func(on string, field ...string) {
				say(model.Problem{
					Field:   fieldBelow(field, "annotations", aws.RoleAnnotation),
					Message: fmt.Sprintf("%s has no effect on %s", aws.RoleAnnotation, on),
					Hint:    "move it to the ServiceAccount that the pods run as",
				})
			}
			if _, found := c.Annotations[aws.RoleAnnotation]; found {
				place("a "+c.Key.Kind, "metadata")
			}
			for _, t := range podTemplates(c) {
				if _, found := t.template.Annotations[aws.RoleAnnotation]; found {
					place("a pod", fieldBelow(t.field, "metadata")...)
				}
			}
		},
	}
}
