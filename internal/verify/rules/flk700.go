package rules

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK700 lets every pod meet a node pool.
func (Catalogue) FLK700() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "no node pool takes the pods", Severity: diag.Error,
			What: "The input holds NodePools, and the nodes of none of them can take the JobManager or TaskManager pods: they lack a " +
				"label that the pods' node selector or affinity " +
				"asks for, or have a taint that the pods do not tolerate. The reason is given for each pool, in Karpenter's words. It " +
				"is a warning where a managed node group, which cannot be " +
				"seen, may take the pods: they ask for nothing but labels that every node has, or for a label of EKS's.",
			Why: "Karpenter starts no node for them, and the pods stay Pending for ever. The operator's status does not say so for " +
				"TaskManagers.",
			Bad: "kind: FlinkDeployment\nspec:\n  taskManager:\n    podTemplate:\n      spec:\n        nodeSelector: {NodeGroupType: " +
				"FlinkGravitonMemoryOptimized}\n---\n" +
				fittingExample(),
			Good: "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {NodeGroupType: " +
				"StreamingOptimized}\n---\n" +
				fittingExample(),
			Source: "karpenter v1.14.1, pkg/scheduling/requirements.go and taints.go; Karpenter 1.14, concepts/scheduling; " +
				"EMR on EKS guide, page jobruns-flink-decommission; EKS User Guide, managed node group capacity types",
		},
		Across: func(w *model.World) Across {
			all, whole := poolsOf(w)
			if len(all) == 0 || !whole {
				return Across{}
			}
			return Across{Cluster: func(c *model.Cluster, say model.Say) {
				fitsNone(c, all, say)
			}}
		},
	}
}

// fittingExample is a NodePool whose nodes have the label NodeGroupType.
func fittingExample() string {
	return "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: streaming}\nspec:\n  template:\n    metadata:\n      " +
		"labels: {NodeGroupType: " +
		"StreamingOptimized}\n    spec:\n      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}\n      " +
		"requirements:\n      - {key: kubernetes.io/arch, operator: In, values: [amd64]}\n"
}

// fitsNone says which pods of a cluster no pool takes; both roles at once where
// the reasons are the same.
func fitsNone(c *model.Cluster, all []pool, say model.Say) {
	var said *model.Problem
	for _, g := range c.Pods().Groups() {
		if len(fitting(all, g)) > 0 {
			continue
		}
		var reasons []string
		for _, p := range all {
			reasons = append(reasons, p.Name+": "+strings.Join(p.Refusals(g.Template.Spec), ", "))
		}
		p := unplaced(c, g, enumerate(reasons))
		if said != nil && slices.Equal(said.Field, p.Field) &&
			said.Message == strings.Replace(p.Message, "TaskManager", "JobManager", 1) {
			said.Message = strings.Replace(p.Message, "TaskManager", "JobManager and TaskManager", 1)
			continue
		}
		if said != nil {
			say(*said)
		}
		said = &p
	}
	if said != nil {
		say(*said)
	}
}

func unplaced(c *model.Cluster, g pods.Group, reasons string) model.Problem {
	out := model.Problem{
		Subject: c.Subject, Field: placement(c, g.Role),
		Message: "no node pool takes the " + roleName(g.Role) + " pods: " + reasons,
		Hint:    "change the node selector, affinity or tolerations of the pod template, or the labels or taints of a pool",
	}
	some, foreign := demands(g.Template.Spec)
	switch {
	case foreign != "":
		out.Severity = new(diag.Warning)
		instead := capacityLabel
		if values, found := requiredValues(g.Template.Spec, eksCapacityLabel); found {
			instead += ": " + strings.ReplaceAll(strings.ToLower(strings.Join(values, " or ")), "_", "-")
		}
		out.Hint = "nodes of managed node groups have " + foreign + ", nodes of Karpenter do not: select " + instead +
			" or a label of a NodePool, unless the pods are meant for a node group"
	case !some:
		out.Severity = new(diag.Warning)
		out.Hint = "the pods run only if there is a managed node group with room for them; " + out.Hint
	}
	return out
}
