package rules

import (
	"regexp"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK731 is about user data that formats disks.
func (Catalogue) FLK731() Rule {
	return userDataRule(diag.Entry{
		Title: "user data formats disks", Severity: diag.Warning,
		What: "The user data of an EC2NodeClass makes a file system on an NVMe device by its number, or on any disk beside " +
			"`instanceStorePolicy: RAID0`.",
		Why: "The numbers say nothing about which disk it is: `/dev/nvme1n1` may be an EBS volume. And with RAID0 the node makes an array " +
			"of the local disks itself, at the same time.",
		Bad:  userDataExample("#!/bin/bash", "mkfs.xfs /dev/nvme1n1", "mount /dev/nvme1n1 /mnt/nvme"),
		Good: nodeClassExample("  amiSelectorTerms: [{alias: al2023@v20260101}]\n  instanceStorePolicy: RAID0\n"),
		Source: "EC2 User Guide, EBS volumes and NVMe (device names may change); Karpenter documentation 1.14, nodeclasses, " +
			"spec.instanceStorePolicy; awslabs/data-on-eks, flink-on-eks, which has both",
	}, "use instanceStorePolicy: RAID0 alone; the pods' emptyDir volumes and the images are then on the local disks",
		func(class *model.Object, data string) string {
			numbered := regexp.MustCompile(`/dev/nvme\d+n\d+`)
			raid := textAt(class.Data, "spec", "instanceStorePolicy") == "RAID0"
			for _, line := range commands(data) {
				if strings.Contains(line, "mkfs") && (raid || numbered.MatchString(line)) {
					return "the user data formats a disk: " + line
				}
			}
			return ""
		})
}
