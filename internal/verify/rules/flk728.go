package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK728 is about user data that is for another AMI.
func (Catalogue) FLK728() Rule {
	return userDataRule(diag.Entry{
		Title: "user data of another AMI family", Severity: diag.Warning,
		What: "The user data of an EC2NodeClass calls `/etc/eks/bootstrap.sh`, which is for AL2, and the AMI is another.",
		Why: "AL2023 starts a node by nodeadm and its NodeConfig, Bottlerocket by settings: the script is not there or does nothing, and " +
			"a script that ends with an error may leave the node out of the cluster. Labels that it gives are not known to Karpenter.",
		Bad:  userDataExample("#!/bin/bash", "/etc/eks/bootstrap.sh main --kubelet-extra-args '--node-labels=a=b'"),
		Good: userDataExample("#!/bin/bash", "echo hello"),
		Source: "Karpenter documentation 1.14, nodeclasses, spec.userData; EKS User Guide, upgrade from AL2 to AL2023; " +
			"awslabs/data-on-eks, flink-on-eks, which has it so",
	}, "take the call away: Karpenter starts the node; labels belong into the NodePool, kubelet settings into spec.kubelet",
		func(class *model.Object, data string) string {
			family := amiFamilyOf(class)
			if family == "al2" || family == "" || family == "custom" || !strings.Contains(data, "/etc/eks/bootstrap.sh") {
				return ""
			}
			return "the user data calls /etc/eks/bootstrap.sh, and the AMI is " + family
		})
}
