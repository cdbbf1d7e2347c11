package rules

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// Labels of nodes that rules here look at (Karpenter documentation 1.14,
// scheduling, well-known labels; EKS User Guide, managed node groups).
const (
	poolLabel         = "karpenter.sh/nodepool"
	capacityLabel     = "karpenter.sh/capacity-type"
	eksCapacityLabel  = "eks.amazonaws.com/capacityType"
	archLabel         = "kubernetes.io/arch"
	nvmeLabel         = "karpenter.k8s.aws/instance-local-nvme"
	familyLabel       = "karpenter.k8s.aws/instance-family"
	instanceTypeLabel = "node.kubernetes.io/instance-type"
)

// poolRequirement gives the values that a NodePool allows for a label by its
// requirements with operator In and its labels; found is false if the pool says
// nothing about it in that way.
func poolRequirement(pool *model.Object, label string) (values []string, found bool) {
	if v := textAt(pool.Data, "spec", "template", "metadata", "labels", label); v != "" {
		return []string{v}, true
	}
	for _, r := range listAt(pool.Data, "spec", "template", "spec", "requirements") {
		if textAt(r, "key") == label && textAt(r, "operator") == "In" {
			for _, v := range listAt(r, "values") {
				if s, ok := v.(string); ok {
					values = append(values, s)
				}
			}
			return values, true
		}
	}
	return nil, false
}

// poolMentions reports whether a NodePool has a requirement on a label at all.
func poolMentions(pool *model.Object, label string) bool {
	for _, r := range listAt(pool.Data, "spec", "template", "spec", "requirements") {
		if textAt(r, "key") == label {
			return true
		}
	}
	return textAt(pool.Data, "spec", "template", "metadata", "labels", label) != ""
}

// choosesPool reports whether a pod asks for nodes of this pool: by its name, or
// by a label of the pool's own, with nothing in the node selector against it.
func choosesPool(p templatePod, pool *model.Object) bool {
	chosen := false
	for key, value := range p.Pod.NodeSelector {
		if key == poolLabel {
			if value != pool.Key.Name {
				return false
			}
			chosen = true
			continue
		}
		if label := textAt(pool.Data, "spec", "template", "metadata", "labels", key); label != "" {
			if label != value {
				return false
			}
			chosen = true
			continue
		}
		if values, ok := poolRequirement(pool, key); ok {
			if !slices.Contains(values, value) {
				return false
			}
			chosen = chosen || !everyNodeHas(key)
		}
	}
	return chosen
}

// everyNodeHas reports whether a label is one that Kubernetes, Karpenter or AWS
// puts on nodes, so that selecting it chooses no pool.
func everyNodeHas(label string) bool {
	domain, _, _ := strings.Cut(label, "/")
	for _, own := range []string{"kubernetes.io", "k8s.io", "karpenter.sh", "k8s.aws"} {
		if domain == own || strings.HasSuffix(domain, "."+own) {
			return true
		}
	}
	return false
}

// requiredValues gives the values that a pod itself allows for a label of its
// node, by node selector or by required node affinity with operator In in every
// term; found is false if it says nothing.
func requiredValues(spec corev1.PodSpec, label string) (values []string, found bool) {
	if v, ok := spec.NodeSelector[label]; ok {
		return []string{v}, true
	}
	a := spec.Affinity
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil, false
	}
	for _, term := range a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		i := slices.IndexFunc(term.MatchExpressions, func(e corev1.NodeSelectorRequirement) bool {
			return e.Key == label && e.Operator == corev1.NodeSelectorOpIn
		})
		if i < 0 {
			return nil, false
		}
		values = append(values, term.MatchExpressions[i].Values...)
	}
	return values, len(values) > 0
}

// labelField names the field by which a pod asks for a label of its node.
func (p templatePod) labelField(label string) []string {
	field := []string{"affinity", "nodeAffinity"}
	if _, ok := p.Pod.NodeSelector[label]; ok {
		field = []string{"nodeSelector", label}
	}
	return p.at(func(s corev1.PodSpec) bool {
		_, found := requiredValues(s, label)
		return found
	}, field...)
}

// poolUse is a NodePool with a pod that asks for it.
type poolUse struct {
	pool    *model.Object
	cluster *model.Cluster
	pod     templatePod
}

// poolUses judges each pod of Flink clusters that asks for a NodePool, with the
// pool.
func poolUses(judge func(poolUse, model.Say)) func(*model.World) Across {
	return func(w *model.World) Across {
		pools := w.Kind("NodePool")
		if len(pools) == 0 {
			return Across{}
		}
		return Across{Cluster: func(c *model.Cluster, say model.Say) {
			for _, p := range templatePods(c) {
				for _, pool := range pools {
					if choosesPool(p, pool) {
						judge(poolUse{pool, c, p}, say)
					}
				}
			}
		}}
	}
}

// oncePerPool judges a NodePool until something is said about it.
func oncePerPool(judge func(poolUse, model.Say)) func(*model.World) Across {
	return func(w *model.World) Across {
		said := map[*model.Object]bool{}
		return poolUses(func(u poolUse, say model.Say) {
			if said[u.pool] {
				return
			}
			judge(u, func(p model.Problem) {
				said[u.pool] = true
				say(p)
			})
		})(w)
	}
}

// flinkPools judges the NodePools that Flink's pods ask for, each once, with the
// first pod that does.
func flinkPools(judge func(poolUse, model.Say)) func(*model.World) Across {
	return func(w *model.World) Across {
		seen := map[*model.Object]bool{}
		return poolUses(func(u poolUse, say model.Say) {
			if !seen[u.pool] {
				seen[u.pool] = true
				judge(u, say)
			}
		})(w)
	}
}
