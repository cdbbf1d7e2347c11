package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// ebsRecoveryKey switches EMR's local recovery on EBS on, and ebsStorageClass
// is the class that its volumes are of, which cannot be chosen (EMR on EKS
// guide, page jobruns-flink-restart).
const (
	ebsRecoveryKey  = "task.local-recovery.ebs.enable"
	ebsStorageClass = "ebs-sc"
)

// FLK418 is about the storage class of EMR's local recovery on EBS.
func (Catalogue) FLK418() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n    task.local-recovery.ebs.enable: \"true\"\n"
	const class = "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: ebs-sc\nprovisioner: " +
		"ebs.csi.aws.com\n" +
		"volumeBindingMode: WaitForFirstConsumer\n"
	return Rule{
		Entry: diag.Entry{
			Title: "local recovery on EBS without its StorageClass", Severity: diag.Error,
			What: "`task.local-recovery.ebs.enable` is true, and there is no StorageClass `ebs-sc`. Where the input may be a part " +
				"of the platform it is an info.",
			Why: "EMR makes the TaskManagers' volumes of this class, whose name is fixed; without it the pods stay Pending.",
			Bad: emrJob(job), Good: emrJob(job) + class, Flags: []string{"--complete"},
			Source: "EMR on EKS guide, page jobruns-flink-restart",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !forEMR(c) || !c.Config.Bool(false, ebsRecoveryKey) || c.World.Find("StorageClass", "", ebsStorageClass) != nil {
				return
			}
			p := model.Problem{
				Field:   c.Setting(ebsRecoveryKey),
				Message: fmt.Sprintf("local recovery on EBS needs a StorageClass named %s, and the input has none", ebsStorageClass),
				Hint:    "make one with provisioner ebs.csi.aws.com and volumeBindingMode WaitForFirstConsumer",
			}
			if !c.World.Complete {
				p.Severity = new(diag.Info)
			}
			say(p)
		},
	}
}
