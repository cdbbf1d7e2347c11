package spec

import (
	"maps"
	"strconv"

	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
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
	labelInstanceType   = "node.kubernetes.io/instance-type"
	labelInstanceCPU    = "karpenter.k8s.aws/instance-cpu"
	labelInstanceMemory = "karpenter.k8s.aws/instance-memory"
	labelLocalNVMe      = "karpenter.k8s.aws/instance-local-nvme"
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
	put(node, "taints", taintList(n.taints()))
	put(node, "startupTaints", taintList(n.StartupTaints))
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
	for _, list := range []string{"requirements", "taints", "startupTaints"} {
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
	between := func(key string, b *Bounds) {
		if b != nil {
			reqs[key] = &Requirement{Bounds: *b}
		}
	}
	if !n.namesInstances() {
		in(labelCategory, []string{"c", "m", "r"})
		between(labelGeneration, &Bounds{Min: 6})
	}
	in(labelArch, n.Arch)
	in(labelCapacityType, n.CapacityTypes)
	in(labelCategory, n.InstanceCategories)
	in(labelInstanceFamily, n.InstanceFamilies)
	in(labelInstanceType, n.InstanceTypes)
	between(labelGeneration, n.InstanceGenerations)
	in(labelInstanceCPU, n.InstanceCPUs.List)
	between(labelInstanceCPU, n.InstanceCPUs.Bounds)
	between(labelInstanceMemory, n.InstanceMemory.mebibytes())
	between(labelLocalNVMe, n.LocalNVMe)
	in(labelZone, n.Zones)
	maps.Copy(reqs, n.Requirements)
	var out []any
	for _, key := range sortedKeys(reqs) {
		out = append(out, reqs[key].items(key)...)
	}
	return out
}

// items are the requirements of Karpenter that one of the values stands for:
// bounds are two. Gt and Lt serve every version; Gte and Lte came with 1.9.
func (r *Requirement) items(key string) []any {
	item := func(operator string, values ...string) object {
		out := object{"key": key, "operator": operator}
		put(out, "values", anyList(values))
		if r.MinValues != nil {
			out["minValues"] = *r.MinValues
		}
		return out
	}
	var out []any
	if r.Min > 0 {
		out = append(out, item("Gt", strconv.FormatInt(r.Min-1, 10)))
	}
	if r.Max > 0 {
		out = append(out, item("Lt", strconv.FormatInt(r.Max+1, 10)))
	}
	if out != nil {
		return out
	}
	return []any{item(r.Operator, r.Values...)}
}

// mebibytes are the bounds in the unit of Karpenter's label; nil for none. The
// least is rounded up and the most down.
func (b *MemoryBounds) mebibytes() *Bounds {
	if b == nil {
		return nil
	}
	const mebi = 1 << 20
	out := Bounds{}
	if q, err := quantity.Parse(b.Min); err == nil {
		out.Min = (q.Value() + mebi - 1) / mebi
	}
	if q, err := quantity.Parse(b.Max); err == nil {
		out.Max = q.Value() / mebi
	}
	return &out
}

// namesInstances reports whether the user chose instance families or types.
func (n *NodePool) namesInstances() bool {
	return len(n.InstanceFamilies)+len(n.InstanceTypes) > 0 || n.Requirements[labelInstanceFamily] != nil ||
		n.Requirements[labelInstanceType] != nil
}

func taintList(taints map[string]Taint) []any {
	var out []any
	for _, key := range sortedKeys(taints) {
		t := object{"key": key, "effect": taints[key].Effect}
		put(t, "value", taints[key].Value)
		out = append(out, t)
	}
	return out
}

// budgets are those of the values, or one node at a time; and that of the quiet
// hours, in which empty nodes may still go.
func (n *NodePool) budgets() []any {
	out := []any{}
	if n.Budgets == nil {
		out = append(out, object{"nodes": "1"})
	}
	for _, name := range sortedKeys(n.Budgets) {
		b := n.Budgets[name]
		item := object{"nodes": b.Nodes}
		put(item, "reasons", anyList(b.Reasons))
		put(item, "schedule", b.Schedule)
		put(item, "duration", b.Duration)
		out = append(out, item)
	}
	if q := n.QuietHours; q != nil {
		out = append(out, object{
			"nodes": "0", "reasons": []any{"Drifted", "Underutilized"}, "schedule": q.Schedule, "duration": q.Duration,
		})
	}
	return out
}

// placement is the node selector and the tolerations that a pool or node group
// implies for the pods that name it. A pool with a fallback is selected by the
// label that both have; only pods that must not be on Spot, those of the
// JobManager, go to the fallback alone where that has none.
func (p *Platform) placement(pool string, steady bool) (selector map[string]string, tolerations []any) {
	if g := p.NodeGroups[pool]; g != nil {
		return g.selector(), tolerationsOf(g.Taints)
	}
	n := p.NodePools[pool]
	if n == nil {
		return nil, nil
	}
	selector = map[string]string{labelNodePool: pool}
	if n.Fallback != nil {
		selector = map[string]string{poolLabel: pool}
		if second := pool + fallbackSuffix; steady && n.onSpot() && !p.NodePools[second].onSpot() {
			selector = map[string]string{labelNodePool: second}
		}
	}
	if len(n.Arch) == 1 {
		selector[labelArch] = n.Arch[0]
	}
	return selector, tolerationsOf(n.taints())
}

func tolerationsOf(taints map[string]Taint) []any {
	var out []any
	for _, key := range sortedKeys(taints) {
		out = append(out, object{"key": key, "operator": "Equal", "value": taints[key].Value, "effect": taints[key].Effect})
	}
	return out
}
