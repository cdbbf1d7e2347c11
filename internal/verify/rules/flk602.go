package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK602 is about jobs that use S3 without a role that can be seen.
func (Catalogue) FLK602() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "S3 without a role", Severity: diag.Warning,
			What: "A job keeps its state in S3, and its ServiceAccount, which is in the input, names no IAM role.",
			Why: "The pods then have the rights of the node, if the node lets them, or none. EKS Pod Identity gives a role that " +
				"no manifest shows: if that is how it is done here, say so with the annotation `helm-flink.dev/pod-identity-role`, " +
				"which values with identity.method pod-identity give.",
			Bad: "kind: FlinkDeployment\nspec:\n  serviceAccount: flink\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  " +
				"name: flink\n  namespace: team-a\n",
			Good: "kind: FlinkDeployment\nspec:\n  serviceAccount: flink\n---\n" +
				serviceAccount("arn:aws:iam::111122223333:role/flink-orders"),
			Source: "EKS User Guide, Assign IAM roles to Kubernetes service accounts, and Pod Identity; Flink documentation, " +
				"Amazon S3, configure access credentials",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if forEMR(c) || !usesS3(c.Config) || c.Spec.ServiceAccount == "" || otherS3Access(c) {
				return
			}
			account := c.World.Find("ServiceAccount", c.Key.Namespace, c.Spec.ServiceAccount)
			if account == nil || account.Annotations[aws.RoleAnnotation] != "" || account.Annotations[aws.AssociatedRoleAnnotation] != "" {
				return
			}
			say(model.Problem{
				Field:   c.Field("serviceAccount"),
				Message: fmt.Sprintf("state is kept in S3, and %s names no IAM role", account.Key),
				Hint:    "annotate the ServiceAccount with " + aws.RoleAnnotation + ", or with " + aws.AssociatedRoleAnnotation + " if EKS Pod Identity gives it a role",
			})
		},
	}
}

// otherS3Access reports whether a cluster reaches S3 in a way that needs no
// role: keys in its configuration or environment, or a store that is not AWS's.
func otherS3Access(c *model.Cluster) bool {
	keys := []string{"s3.access-key", "s3.access.key", "fs.s3a.access.key", "s3.endpoint", "fs.s3a.endpoint", "presto.s3.endpoint"}
	if c.Config.Text(keys...) != "" {
		return true
	}
	for _, p := range templatePods(c) {
		if len(p.main().EnvFrom) > 0 {
			return true
		}
		for _, env := range p.main().Env {
			if strings.HasPrefix(env.Name, "AWS_ACCESS_KEY") || env.Name == "AWS_SHARED_CREDENTIALS_FILE" {
				return true
			}
		}
	}
	return false
}
