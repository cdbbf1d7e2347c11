package karpenter

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
func WellKnown(label string) bool { return wellKnown()[label] }

// wellKnown lists the labels that Karpenter and its AWS provider know (karpenter
// v1.14.1, pkg/apis/v1/labels.go; karpenter-provider-aws v1.14.1,
// pkg/apis/v1/labels.go).
func wellKnown() map[string]bool {
	return map[string]bool{
		LabelNodePool:                      true,
		LabelCapacityType:                  true,
		LabelArch:                          true,
		LabelOS:                            true,
		"topology.kubernetes.io/zone":      true,
		"topology.kubernetes.io/region":    true,
		"topology.k8s.aws/zone-id":         true,
		"node.kubernetes.io/instance-type": true,
		"node.kubernetes.io/windows-build": true,

		"karpenter.k8s.aws/capacity-reservation-id":                  true,
		"karpenter.k8s.aws/capacity-reservation-type":                true,
		"karpenter.k8s.aws/capacity-reservation-interruptible":       true,
		"karpenter.k8s.aws/instance-accelerator-count":               true,
		"karpenter.k8s.aws/instance-accelerator-manufacturer":        true,
		"karpenter.k8s.aws/instance-accelerator-name":                true,
		"karpenter.k8s.aws/instance-capability-flex":                 true,
		"karpenter.k8s.aws/instance-category":                        true,
		"karpenter.k8s.aws/instance-cpu":                             true,
		"karpenter.k8s.aws/instance-cpu-manufacturer":                true,
		"karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz":   true,
		"karpenter.k8s.aws/instance-ebs-bandwidth":                   true,
		"karpenter.k8s.aws/instance-encryption-in-transit-supported": true,
		"karpenter.k8s.aws/instance-family":                          true,
		"karpenter.k8s.aws/instance-generation":                      true,
		"karpenter.k8s.aws/instance-gpu-count":                       true,
		"karpenter.k8s.aws/instance-gpu-manufacturer":                true,
		"karpenter.k8s.aws/instance-gpu-memory":                      true,
		"karpenter.k8s.aws/instance-gpu-name":                        true,
		"karpenter.k8s.aws/instance-hypervisor":                      true,
		"karpenter.k8s.aws/instance-local-nvme":                      true,
		"karpenter.k8s.aws/instance-memory":                          true,
		"karpenter.k8s.aws/instance-network-bandwidth":               true,
		"karpenter.k8s.aws/instance-size":                            true,
		"karpenter.k8s.aws/instance-tenancy":                         true,
		"karpenter.k8s.aws/placement-group-id":                       true,
		"karpenter.k8s.aws/placement-group-partition":                true,
	}
}

// renamed lists old names of labels, which Karpenter takes for the new ones
// (karpenter v1.14.1, NormalizedLabels).
func renamed() map[string]string {
	return map[string]string{
		"failure-domain.beta.kubernetes.io/zone":   "topology.kubernetes.io/zone",
		"failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
		"beta.kubernetes.io/arch":                  LabelArch,
		"beta.kubernetes.io/os":                    LabelOS,
		"beta.kubernetes.io/instance-type":         "node.kubernetes.io/instance-type",
	}
}
