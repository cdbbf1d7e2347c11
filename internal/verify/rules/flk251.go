package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK251 is the operator's rule 51.
func (Catalogue) FLK251() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "session job with a bad cluster name", Severity: diag.Error,
			What: "spec.deploymentName of a FlinkSessionJob is no name of a FlinkDeployment, or not there.",
			Why:  "The operator refuses the resource. Without the field its webhook answers with an internal error.",
			Bad: `kind: FlinkSessionJob
spec:
  deploymentName: Adhoc_Cluster
`,
			Good: `kind: FlinkSessionJob
spec:
  deploymentName: adhoc
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateSessionJobOnly; measured with 1.7.0 and " +
				"1.16.1 (internal/tools/oracle)",
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			if clusterName(j.Spec.DeploymentName) {
				return
			}
			message := fmt.Sprintf("deploymentName %q: %s", j.Spec.DeploymentName, clusterNameForm)
			if j.Spec.DeploymentName == "" {
				message = "deploymentName is missing"
			}
			say(model.Problem{
				Field:   j.Field("deploymentName"),
				Message: message,
				Hint:    "name the session cluster, a FlinkDeployment without a job",
			})
		},
	}
}
