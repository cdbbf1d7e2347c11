package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// emrOperatorAccount is the service account of EMR's operator (EMR on EKS
// guide, page jobruns-flink-kubernetes-security).
const emrOperatorAccount = "emr-containers-sa-flink-operator"

// FLK437 is about jars in S3 that EMR's operator may not read.
func (Catalogue) FLK437() Rule {
	const account = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: emr-containers-sa-flink-operator\n  " +
		"namespace: flink-operator\n"
	const job = "kind: FlinkSessionJob\nspec:\n  job:\n    jarURI: s3://flink-artifacts/orders.jar\n" +
		"---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: flink-operator-config\n  namespace: flink-operator\ndata:\n" +
		"  config.yaml: \"kubernetes.operator.user.artifacts.allowed-schemes: https;s3\"\n"
	return Rule{
		Entry: diag.Entry{
			Title: "jar in S3 without a role of EMR's operator", Severity: diag.Warning,
			What: "A session job's jar is in S3, and the service account of EMR's operator, which is in the input, has no IAM role.",
			Why: "The operator itself fetches the jar of a session job. Its role comes from " +
				"`emrContainers.operatorExecutionRoleArn` of the chart's values; at any other place of the values the chart ignores " +
				"it. EKS Pod Identity may give it one too, which no manifest shows.",
			Bad:   job + account,
			Good:  job + account + "  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/flink-operator\n",
			Flags: []string{"--distribution=emr"},
			Source: "EMR on EKS guide, page jobruns-flink-kubernetes-operator-run-application; " +
				"aws-ia/terraform-aws-eks-data-addons, issue 32",
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			emr := j.World.Distribution == model.EMR || j.Cluster != nil && forEMR(j.Cluster)
			if !emr || j.Spec.Job == nil || !isS3(j.Spec.Job.JarURI) {
				return
			}
			for _, account := range j.World.Kind("ServiceAccount") {
				if account.Key.Name != emrOperatorAccount || account.Annotations[aws.RoleAnnotation] != "" {
					continue
				}
				say(model.Problem{
					Field:   j.Field("job", "jarURI"),
					Message: fmt.Sprintf("the operator fetches %s, and its %s has no role", j.Spec.Job.JarURI, account.Key),
					Hint:    "set emrContainers.operatorExecutionRoleArn in the values of the operator's chart",
				})
			}
		},
	}
}
