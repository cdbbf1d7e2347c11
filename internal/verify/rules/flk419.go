package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK419 is about what the storage class of local recovery must be like.
func (Catalogue) FLK419() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n    task.local-recovery.ebs.enable: \"true\"\n"
	const class = "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: ebs-sc\nprovisioner: " +
		"ebs.csi.aws.com\n"
	return Rule{
		Entry: diag.Entry{
			Title: "StorageClass of local recovery is not as EMR needs it", Severity: diag.Warning,
			What: "The StorageClass `ebs-sc` has another provisioner than `ebs.csi.aws.com`, or binds volumes at once.",
			Why: "A volume that is bound at once lies in any zone, and its pod then runs in that zone or not at all; AWS asks for " +
				"`WaitForFirstConsumer` and the EBS CSI driver.",
			Bad:    emrJob(job) + class + "volumeBindingMode: Immediate\n",
			Good:   emrJob(job) + class + "volumeBindingMode: WaitForFirstConsumer\n",
			Source: "EMR on EKS guide, page jobruns-flink-restart; Kubernetes documentation, Storage Classes, volume binding mode",
		},
		Across: func(w *model.World) Across {
			class := w.Find("StorageClass", "", ebsStorageClass)
			if class == nil {
				return Across{}
			}
			used := false
			return Across{
				Cluster: func(c *model.Cluster, _ model.Say) {
					used = used || forEMR(c) && c.Config.Bool(false, ebsRecoveryKey)
				},
				Done: func(say model.Say) {
					if used {
						recoveryClass(class, say)
					}
				},
			}
		},
	}
}

func recoveryClass(class *model.Object, say model.Say) {
	if p := textAt(class.Data, "provisioner"); p != "ebs.csi.aws.com" {
		say(model.Problem{
			Subject: class.Subject, Field: []string{"provisioner"},
			Message: fmt.Sprintf("EMR's local recovery wants volumes of ebs.csi.aws.com, and the provisioner is %q", p),
			Hint:    "set provisioner to ebs.csi.aws.com",
		})
	}
	if mode := textAt(class.Data, "volumeBindingMode"); mode != "WaitForFirstConsumer" {
		say(model.Problem{
			Subject: class.Subject, Field: []string{"volumeBindingMode"},
			Message: "volumes are bound before a pod is placed, in any zone",
			Hint:    "set volumeBindingMode to WaitForFirstConsumer",
		})
	}
}
