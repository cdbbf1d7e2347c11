package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK732 is about settings that a type of EBS volume does not have.
func (Catalogue) FLK732() Rule {
	disk := func(ebs string) string {
		return nodeClassExample("  blockDeviceMappings:\n  - {deviceName: /dev/xvda, ebs: {volumeSize: 100Gi, " + ebs + "}}\n")
	}
	return Rule{
		Entry: diag.Entry{
			Title: "setting that the volume type does not have", Severity: diag.Warning,
			What: "A block device of an EC2NodeClass has `throughput` with another type than gp3, or `iops` with another than gp3, io1 and " +
				"io2; or io1 or io2 without `iops`.",
			Why: "The API server takes it. EC2 refuses to start any instance with such a volume, and the pods stay Pending.",
			Bad: disk("volumeType: io2, iops: 3000, throughput: 500"), Good: disk("volumeType: gp3, throughput: 500"),
			Source: "EC2 API reference, EbsBlockDevice; karpenter-provider-aws v1.14.1, ec2nodeclass.go; awslabs/data-on-eks, flink-on-eks",
		},
		World: func(w *model.World, say model.Say) {
			for _, class := range w.Kind("EC2NodeClass") {
				for i, m := range listAt(class.Data, "spec", "blockDeviceMappings") {
					setting, message := wrongVolume(valueAt(m, "ebs"))
					if message != "" {
						say(model.Problem{
							Subject: class.Subject, Field: []string{"spec", "blockDeviceMappings", fmt.Sprint(i), "ebs", setting},
							Message: message, Hint: "take gp3, which has both, or change the setting",
						})
					}
				}
			}
		},
	}
}

// wrongVolume gives the setting that EC2 refuses of a volume, and why.
func wrongVolume(ebs any) (setting, message string) {
	volume := textAt(ebs, "volumeType")
	has := func(key string) bool { return valueAt(ebs, key) != nil }
	provisioned := volume == "io1" || volume == "io2"
	switch {
	case volume == "":
		return "", ""
	case has("throughput") && volume != "gp3":
		return "throughput", fmt.Sprintf("throughput goes with gp3 alone, and the volume is %s", volume)
	case has("iops") && volume != "gp3" && !provisioned:
		return "iops", fmt.Sprintf("iops goes with gp3, io1 and io2, and the volume is %s", volume)
	case provisioned && !has("iops") && !has("snapshotID"):
		return "volumeType", fmt.Sprintf("%s needs iops", volume)
	}
	return "", ""
}
