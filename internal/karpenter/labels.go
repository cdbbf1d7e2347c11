package karpenter

import "slices"

// Labels of Karpenter's that rules name.
const (
	LabelNodePool     = "karpenter.sh/nodepool"
	LabelCapacityType = "karpenter.sh/capacity-type"
	LabelArch         = "kubernetes.io/arch"
	LabelOS           = "kubernetes.io/os"
	LabelNodeClass    = "karpenter.k8s.aws/ec2nodeclass"
)

// WellKnown reports whether Karpenter gives the label to nodes by itself, so
// that a NodePool need not define it.
func WellKnown(label string) bool { return slices.Contains(WellKnownLabels(), label) }

// WellKnownLabels lists the labels that Karpenter and its AWS provider know (karpenter
// v1.14.1, pkg/apis/v1/labels.go; karpenter-provider-aws v1.14.1,
// pkg/apis/v1/labels.go).
func WellKnownLabels() []string {
	return []string{
		LabelNodePool, LabelCapacityType, LabelArch, LabelOS,
		"karpenter.k8s.aws/capacity-reservation-id",
		"karpenter.k8s.aws/capacity-reservation-interruptible",
		"karpenter.k8s.aws/capacity-reservation-type",
		"karpenter.k8s.aws/instance-accelerator-count",
		"karpenter.k8s.aws/instance-accelerator-manufacturer",
		"karpenter.k8s.aws/instance-accelerator-name",
		"karpenter.k8s.aws/instance-capability-flex",
		"karpenter.k8s.aws/instance-category",
		"karpenter.k8s.aws/instance-cpu",
		"karpenter.k8s.aws/instance-cpu-manufacturer",
		"karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz",
		"karpenter.k8s.aws/instance-ebs-bandwidth",
		"karpenter.k8s.aws/instance-encryption-in-transit-supported",
		"karpenter.k8s.aws/instance-family",
		"karpenter.k8s.aws/instance-generation",
		"karpenter.k8s.aws/instance-gpu-count",
		"karpenter.k8s.aws/instance-gpu-manufacturer",
		"karpenter.k8s.aws/instance-gpu-memory",
		"karpenter.k8s.aws/instance-gpu-name",
		"karpenter.k8s.aws/instance-hypervisor",
		"karpenter.k8s.aws/instance-local-nvme",
		"karpenter.k8s.aws/instance-memory",
		"karpenter.k8s.aws/instance-network-bandwidth",
		"karpenter.k8s.aws/instance-size",
		"karpenter.k8s.aws/instance-tenancy",
		"karpenter.k8s.aws/placement-group-id",
		"karpenter.k8s.aws/placement-group-partition",
		"node.kubernetes.io/instance-type",
		"node.kubernetes.io/windows-build",
		"topology.k8s.aws/zone-id",
		"topology.kubernetes.io/region",
		"topology.kubernetes.io/zone",
	}
}

// current gives the new name of a label whose old name Karpenter takes for it
// (karpenter v1.14.1, NormalizedLabels), or the label itself.
func current(label string) string {
	switch label {
	case "failure-domain.beta.kubernetes.io/zone":
		return "topology.kubernetes.io/zone"
	case "failure-domain.beta.kubernetes.io/region":
		return "topology.kubernetes.io/region"
	case "beta.kubernetes.io/arch":
		return LabelArch
	case "beta.kubernetes.io/os":
		return LabelOS
	case "beta.kubernetes.io/instance-type":
		return "node.kubernetes.io/instance-type"
	default:
		return label
	}
}
