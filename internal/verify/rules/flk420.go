package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK420 is about local recovery on EBS with an execution role.
func (Catalogue) FLK420() Rule {
	const ebs = "  flinkConfiguration:\n    task.local-recovery.ebs.enable: \"true\"\n"
	return Rule{
		Entry: diag.Entry{
			Title: "local recovery on EBS with executionRoleArn", Severity: diag.Warning,
			What: "`task.local-recovery.ebs.enable` is true, and the job has an `executionRoleArn`.",
			Why: "AWS's page asks for `serviceAccount: emr-containers-sa-flink` and no `executionRoleArn` here. Others run it " +
				"with a role on 7.13, so it may work; it is not confirmed.",
			Bad: emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n" + ebs),
			Good: "kind: FlinkDeployment\nspec:\n  image: null\n  emrReleaseLabel: emr-7.12.0-flink-latest\n" +
				"  serviceAccount: emr-containers-sa-flink\n" + ebs,
			Source: "EMR on EKS guide, page jobruns-flink-restart",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !forEMR(c) || !c.Config.Bool(false, ebsRecoveryKey) || c.Spec.ExecutionRoleARN == "" {
				return
			}
			say(model.Problem{
				Field:   c.Field("executionRoleArn"),
				Message: "for local recovery on EBS AWS asks for a serviceAccount in place of executionRoleArn",
				Hint:    "set serviceAccount: emr-containers-sa-flink and leave executionRoleArn out, or try it on a cluster first",
			})
		},
	}
}
