package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK235 is the operator's rule 35.
func (Catalogue) FLK235() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "no service account", Severity: diag.Error,
			What: "spec.serviceAccount is not there; for EMR, executionRoleArn is not there either.",
			Why: "The operator refuses the resource: the JobManager starts pods in its name. EMR's operator makes " +
				"service accounts for executionRoleArn.",
			Bad: `kind: FlinkDeployment
spec:
  serviceAccount: null
`,
			Good: `kind: FlinkDeployment
spec:
  serviceAccount: flink
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateServiceAccount; measured with 1.7.0 and " +
				"1.16.1 (internal/tools/oracle); EMR on EKS guide, page " +
				"jobruns-flink-kubernetes-operator-run-application",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Spec.ServiceAccount != "" || empty(c, "serviceAccount") || c.Distribution == model.EMR && c.Spec.ExecutionRoleARN != "" {
				return
			}
			hint := "set it to the service account that the operator's chart makes for jobs, which is flink by default"
			if c.Distribution == model.EMR {
				hint = "set executionRoleArn, or serviceAccount"
			}
			say(model.Problem{Field: c.Field("serviceAccount"), Message: "serviceAccount is missing", Hint: hint})
		},
	}
}
