package spec

import (
	"maps"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// Labels that EKS gives to the nodes of its managed node groups (EKS User Guide,
// managed node groups, and managed node group capacity types).
const (
	labelNodeGroup   = "eks.amazonaws.com/nodegroup"
	labelEKSCapacity = "eks.amazonaws.com/capacityType"
)

// NodeLabels are the labels that every node of the group is known to have: those
// of the values, the architecture and the system, and EKS's own on a managed
// group.
func (g *NodeGroup) NodeLabels() map[string]string {
	out := map[string]string{labelArch: g.Arch, labelOS: "linux"}
	if g.Managed {
		out[labelNodeGroup] = g.Name
		out[labelEKSCapacity] = strings.ToUpper(strings.ReplaceAll(g.CapacityType, "-", "_"))
	}
	if len(g.InstanceTypes) == 1 {
		out[labelInstanceType] = g.InstanceTypes[0]
	}
	if len(g.Zones) == 1 {
		out[labelZone] = g.Zones[0]
	}
	maps.Copy(out, g.Labels)
	return out
}

// selector is what leads pods to the nodes of the group: the label of EKS, or
// the labels of the values where there is none.
func (g *NodeGroup) selector() map[string]string {
	out := map[string]string{labelArch: g.Arch}
	if g.Managed {
		out[labelNodeGroup] = g.Name
		return out
	}
	maps.Copy(out, g.Labels)
	return out
}

// nodeGroups checks the declared node groups.
func (c *checker) nodeGroups() {
	p := c.platform
	for _, key := range sortedKeys(p.NodeGroups) {
		path := []string{"nodeGroups", key}
		g := p.NodeGroups[key]
		if p.NodePools[key] != nil {
			c.fail(diag.CodeNameClash, path, "there is a node pool of this name, and jobs name both in nodePool",
				"give one of them another name")
		}
		if !g.Managed && len(g.Labels) == 0 {
			c.fail(diag.CodeCannotDerive, path, "without labels nothing leads pods to the nodes of a group that EKS does not manage",
				"set labels to those of its nodes")
		}
	}
}
