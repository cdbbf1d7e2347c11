package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK421 is about local recovery on EBS of nothing.
func (Catalogue) FLK421() Rule {
	const ebs = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n    task.local-recovery.ebs.enable: \"true\"\n"
	return Rule{
		Entry: diag.Entry{
			Title: "local recovery on EBS without local recovery", Severity: diag.Warning,
			What: "`task.local-recovery.ebs.enable` is true, and `state.backend.local-recovery` is not.",
			Why: "The one says where local copies of the state are kept, the other that there are any: volumes are paid for and " +
				"stay empty.",
			Bad: emrJob(ebs),
			Good: emrJob(ebs + "    state.backend: rocksdb\n    state.backend.incremental: \"true\"\n    " +
				"state.backend.local-recovery: \"true\"\n" +
				"    kubernetes.taskmanager.local-recovery.persistentVolumeClaim.sizeLimit: 10Gi\n"),
			Source: "EMR on EKS guide, page jobruns-flink-restart",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !forEMR(c) || !c.Config.Bool(false, ebsRecoveryKey) ||
				c.Config.Bool(false, "execution.state-recovery.from-local", "state.backend.local-recovery") {
				return
			}
			say(model.Problem{
				Field:   c.Setting(ebsRecoveryKey),
				Message: fmt.Sprintf("%s is true, and local recovery itself is off", ebsRecoveryKey),
				Hint:    `set state.backend.local-recovery: "true"`,
			})
		},
	}
}
