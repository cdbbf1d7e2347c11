package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK840 is about the disk of Bottlerocket.
func (Catalogue) FLK840() Rule {
	const disk = "  amiSelectorTerms: [{alias: bottlerocket@1.42.0}]\n  blockDeviceMappings:\n" +
		"  - {ebs: {volumeSize: 100Gi}, deviceName: "
	return Rule{
		Entry: diag.Entry{
			Title: "Bottlerocket's disk for pods is not set", Severity: diag.Warning,
			What: "An EC2NodeClass with Bottlerocket sets the size of `/dev/xvda`, and has no `/dev/xvdb`.",
			Why: "On Bottlerocket `/dev/xvda` holds the system. Images, logs and the `emptyDir` volumes of pods, RocksDB's files " +
				"among them, " +
				"are on `/dev/xvdb`, which stays as small as the AMI has it.",
			Bad: nodeClassExample(disk + "/dev/xvda}\n"), Good: nodeClassExample(disk + "/dev/xvdb}\n"),
			Source: "karpenter-provider-aws 1.14, amifamily/bottlerocket.go, EphemeralBlockDevice; awslabs/data-on-eks, " +
				"emr-eks-flink, which has it so",
		},
		World: func(w *model.World, say model.Say) {
			for _, class := range w.Kind("EC2NodeClass") {
				mappings := listAt(class.Data, "spec", "blockDeviceMappings")
				if !isBottlerocket(class) || len(mappings) == 0 {
					continue
				}
				system, pods := -1, false
				for i, m := range mappings {
					switch textAt(m, "deviceName") {
					case "/dev/xvda":
						system = i
					case "/dev/xvdb":
						pods = true
					}
				}
				if system >= 0 && !pods {
					say(model.Problem{
						Subject: class.Subject, Field: []string{"spec", "blockDeviceMappings", fmt.Sprint(system), "deviceName"},
						Message: "/dev/xvda is Bottlerocket's system disk; that of the pods, /dev/xvdb, is not set",
						Hint:    "add a mapping for /dev/xvdb",
					})
				}
			}
		},
	}
}

func isBottlerocket(class *model.Object) bool {
	if textAt(class.Data, "spec", "amiFamily") == "Bottlerocket" {
		return true
	}
	for _, term := range listAt(class.Data, "spec", "amiSelectorTerms") {
		if strings.HasPrefix(textAt(term, "alias"), "bottlerocket@") {
			return true
		}
	}
	return false
}
