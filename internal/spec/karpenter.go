package spec

import (
	"maps"
	"slices"
	"strings"
)

// Karpenter's own node labels and the one taint that a Flink pool has unless it
// says otherwise (karpenter.sh/v1, karpenter.k8s.aws/v1; Karpenter 1.14).
const (
	labelNodePool       = "karpenter.sh/nodepool"
	labelCapacityType   = "karpenter.sh/capacity-type"
	labelArch           = "kubernetes.io/arch"
	labelOS             = "kubernetes.io/os"
	labelZone           = "topology.kubernetes.io/zone"
	labelInstanceFamily = "karpenter.k8s.aws/instance-family"
	labelInstanceCPU    = "karpenter.k8s.aws/instance-cpu"
	labelCategory       = "karpenter.k8s.aws/instance-category"
	labelGeneration     = "karpenter.k8s.aws/instance-generation"
	discoveryTag        = "karpenter.sh/discovery"
)

// taints returns the pool's taints, Flink's default where none are given.
func (n *NodePool) taints() map[string]Taint {
	if n.Taints == nil {
		return map[string]Taint{"flink": {Value: "true", Effect: "NoSchedule"}}
	}
	return n.Taints
}

func (p *Platform) karpenterValues() object {
	pools, classes := object{}, object{}
	for name, pool := range p.NodePools {
		pools[name] = object{"spec": pool.spec()}
	}
	for name, class := range p.NodeClasses {
		classes[name] = withMeta(anyMap(class.Labels), anyMap(class.Annotations), p.nodeClassSpec(class))
	}
	return object{"commonLabels": p.commonLabels(), "nodePools": pools, "nodeClasses": classes}
}

func withMeta(labels, annotations, spec object) object {
	out := object{"spec": spec}
	put(out, "labels", labels)
	put(out, "annotations", annotations)
	return out
}

// spec is the NodePoolSpec: what the friendly keys say, then `requirements` by
// key, then `spec`, in which requirements and taints merge by key.
func (n *NodePool) spec() object {
	node := object{
		"nodeClassRef": object{"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": n.NodeClass},
		"requirements": n.requirements(),
		"expireAfter":  n.ExpireAfter,
	}
	put(node, "taints", n.taintList())
	put(node, "terminationGracePeriod", n.TerminationGracePeriod)
	meta := object{}
	put(meta, "labels", anyMap(n.Labels))
	put(meta, "annotations", anyMap(n.Annotations))
	template := object{"spec": node}
	put(template, "metadata", meta)
	out := object{
		"template": template,
		"disruption": object{
			"consolidationPolicy": n.ConsolidationPolicy,
			"consolidateAfter":    n.ConsolidateAfter,
			"budgets":             n.budgets(),
		},
	}
	put(out, "limits", anyMap(n.Limits))
	put(out, "weight", n.Weight)
	return mergeNodePool(out, n.Spec)
}

// mergeNodePool merges as mergeSpec does, but requirements and taints by key.
func mergeNodePool(base, over object) object {
	out := mergeSpec(base, over)
	nodeBase, nodeOver := dig(base, "template", "spec"), dig(over, "template", "spec")
	node := dig(out, "template", "spec")
	for _, list := range []string{"requirements", "taints"} {
		b, _ := nodeBase[list].([]any)
		if o, ok := nodeOver[list].([]any); ok {
			node[list] = mergeByKey(b, o, "key")
		}
	}
	return out
}

func dig(o object, path ...string) object {
	for _, key := range path {
		o, _ = o[key].(object)
	}
	return o
}

func (n *NodePool) requirements() []any {
	reqs := map[string]*Requirement{labelOS: {Operator: "In", Values: []string{"linux"}}}
	in := func(key string, values []string) {
		if len(values) > 0 {
			reqs[key] = &Requirement{Operator: "In", Values: values}
		}
	}
	in(labelArch, n.Arch)
	in(labelCapacityType, n.CapacityTypes)
	in(labelInstanceFamily, n.InstanceFamilies)
	in(labelInstanceCPU, n.InstanceCPUs)
	in(labelZone, n.Zones)
	if !n.namesInstances() {
		in(labelCategory, []string{"c", "m", "r"})
		reqs[labelGeneration] = &Requirement{Operator: "Gt", Values: []string{"5"}}
	}
	maps.Copy(reqs, n.Requirements)
	var out []any
	for _, key := range sortedKeys(reqs) {
		r := reqs[key]
		item := object{"key": key, "operator": r.Operator}
		put(item, "values", anyList(r.Values))
		if r.MinValues != nil {
			item["minValues"] = *r.MinValues
		}
		out = append(out, item)
	}
	return out
}

// namesInstances reports whether the user chose instance types in any way.
func (n *NodePool) namesInstances() bool {
	if len(n.InstanceFamilies) > 0 || len(n.InstanceCPUs) > 0 {
		return true
	}
	return slices.ContainsFunc(sortedKeys(n.Requirements), func(key string) bool {
		return strings.HasPrefix(key, "karpenter.k8s.aws/instance-") || key == "node.kubernetes.io/instance-type"
	})
}

func (n *NodePool) taintList() []any {
	var out []any
	taints := n.taints()
	for _, key := range sortedKeys(taints) {
		t := object{"key": key, "effect": taints[key].Effect}
		put(t, "value", taints[key].Value)
		out = append(out, t)
	}
	return out
}

func (n *NodePool) budgets() []any {
	if n.Budgets == nil {
		return []any{object{"nodes": "1"}}
	}
	out := []any{}
	for _, name := range sortedKeys(n.Budgets) {
		b := n.Budgets[name]
		item := object{"nodes": b.Nodes}
		put(item, "reasons", anyList(b.Reasons))
		put(item, "schedule", b.Schedule)
		put(item, "duration", b.Duration)
		out = append(out, item)
	}
	return out
}

func (p *Platform) nodeClassSpec(c *NodeClass) object {
	out := object{
		"amiSelectorTerms":           []any{object{"alias": c.AMIAlias}},
		"subnetSelectorTerms":        p.selectorTerms(c.SubnetSelector, p.Cluster.SubnetSelector),
		"securityGroupSelectorTerms": p.selectorTerms(c.SecurityGroupSelector, p.Cluster.SecurityGroupSelector),
		// IMDSv2, one hop: pods cannot reach the node's role. These are Karpenter's
		// defaults, written down so that they are seen.
		"metadataOptions": object{
			"httpEndpoint": "enabled", "httpProtocolIPv6": "disabled", "httpPutResponseHopLimit": 1, "httpTokens": "required",
		},
	}
	role := c.Role
	if role == "" {
		role = p.Cluster.NodeRole
	}
	put(out, "role", role)
	put(out, "instanceStorePolicy", c.InstanceStorePolicy)
	put(out, "userData", c.UserData)
	put(out, "tags", anyMap(override(p.Cluster.Tags, c.Tags)))
	if v := c.RootVolume; v != nil {
		ebs := object{"volumeSize": v.Size, "volumeType": v.Type, "encrypted": v.Encrypted, "deleteOnTermination": true}
		put(ebs, "iops", v.IOPS)
		put(ebs, "throughput", v.Throughput)
		put(ebs, "kmsKeyID", v.KMSKeyID)
		out["blockDeviceMappings"] = []any{object{"deviceName": c.rootDevice(), "ebs": ebs}}
	}
	return mergeSpec(out, c.Spec)
}

// rootDevice is the device that holds the pods' volumes: on Bottlerocket that
// is the data volume, its root holds the system alone (Karpenter 1.14,
// bottlerocket.go, EphemeralBlockDevice).
func (c *NodeClass) rootDevice() string {
	if strings.HasPrefix(c.AMIAlias, "bottlerocket") {
		return "/dev/xvdb"
	}
	return "/dev/xvda"
}

func (p *Platform) selectorTerms(own, cluster map[string]string) []any {
	for _, tags := range []map[string]string{own, cluster} {
		if len(tags) > 0 {
			return []any{object{"tags": anyMap(tags)}}
		}
	}
	return []any{object{"tags": object{discoveryTag: p.Cluster.Name}}}
}

// placement is the node selector and the tolerations that a pool implies for
// the pods that name it.
func (p *Platform) placement(pool string) (selector map[string]string, tolerations []any) {
	n := p.NodePools[pool]
	if n == nil {
		return nil, nil
	}
	selector = map[string]string{labelNodePool: pool}
	if len(n.Arch) == 1 {
		selector[labelArch] = n.Arch[0]
	}
	taints := n.taints()
	for _, key := range sortedKeys(taints) {
		t := object{"key": key, "operator": "Equal", "value": taints[key].Value, "effect": taints[key].Effect}
		tolerations = append(tolerations, t)
	}
	return selector, tolerations
}
