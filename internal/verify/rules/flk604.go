package rules

import (
	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK604 is about Hadoop's S3 file system, which does not look for the role of
// a service account by itself.
func (Catalogue) FLK604() Rule {
	const job = "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      containers:\n      - name: flink-main-container\n" +
		"        env:\n        - {name: ENABLE_BUILT_IN_PLUGINS, value: flink-s3-fs-hadoop-1.20.4.jar}\n" +
		"  flinkConfiguration:\n    fs.s3a.aws.credentials.provider: "
	account := "---\n" + serviceAccount("arn:aws:iam::111122223333:role/flink-orders")
	return Rule{
		Entry: diag.Entry{
			Title: "role of the service account is not used by S3A", Severity: diag.Warning,
			What: "The ServiceAccount has an IAM role, the S3 plugin is Hadoop's, and no credentials provider is configured.",
			Why: "The plugin's own list of providers (Hadoop 3.3) has none for the role of a service account, and falls back to " +
				"the role of the node.",
			Bad:  job + "null\n" + account,
			Good: job + "com.amazonaws.auth.WebIdentityTokenCredentialsProvider\n" + account,
			Source: "apache/flink, PR 16592 and 13758; apache/fluss, PR 4425. Flink file systems with the AWS SDK 2 " +
				"(apache/flink, PR 27026, not merged when read) would need " +
				"software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			keys := []string{"fs.s3a.aws.credentials.provider", "s3a.aws.credentials.provider", "s3.aws.credentials.provider"}
			if forEMR(c) || !usesS3(c.Config) || c.Config.Text(keys...) != "" {
				return
			}
			account := c.World.Find("ServiceAccount", c.Key.Namespace, c.Spec.ServiceAccount)
			if account == nil || account.Annotations[aws.RoleAnnotation] == "" || otherS3Access(c) {
				return
			}
			plugins, _ := s3Plugins(jobManagerPod(c))
			if len(plugins) != 1 || plugins[0].Kind != "hadoop" {
				return
			}
			say(model.Problem{
				Field:   c.Field("flinkConfiguration"),
				Message: "Hadoop's S3 plugin does not take the role of " + account.Key.String() + " by itself",
				Hint: "set fs.s3a.aws.credentials.provider: com.amazonaws.auth.WebIdentityTokenCredentialsProvider, or use the " +
					"Presto plugin",
			})
		},
	}
}
