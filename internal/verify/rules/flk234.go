package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK234 is a hint at the operator's rule 34, which needs the deployed resource.
func (Catalogue) FLK234() Rule {
	cluster, session := jobRule(redeployWithoutPath)
	return Rule{
		Entry: diag.Entry{
			Title: "savepointRedeployNonce without a savepoint", Severity: diag.Warning,
			What: "job.savepointRedeployNonce is set and job.initialSavepointPath is not.",
			Why: "The first deployment ignores the nonce, but the operator refuses any later change of it without a " +
				"path to redeploy from.",
			Bad: `kind: FlinkDeployment
spec:
  job:
    savepointRedeployNonce: 1
`,
			Good: `kind: FlinkDeployment
spec:
  job:
    savepointRedeployNonce: 1
    initialSavepointPath: s3://flink-data/orders/savepoints/savepoint-1
`,
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateSpecChange",
		},
		Cluster: cluster, SessionJob: session,
	}
}

func redeployWithoutPath(j job, say model.Say) {
	if j.spec == nil || j.spec.SavepointRedeployNonce == nil || strings.TrimSpace(j.spec.InitialSavepointPath) != "" {
		return
	}
	say(model.Problem{
		Field:   j.field("job", "savepointRedeployNonce"),
		Message: "savepointRedeployNonce redeploys from initialSavepointPath, which is not set",
		Hint:    "set initialSavepointPath together with the nonce",
	})
}
