package rules

import (
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
				"label that the pods' node selector or affinity asks for, or have a taint that the pods do not tolerate, or no " +
				"instance type meets both the pool and the pods, or none of those that do has room for one pod. The reason is " +
				"given for each pool. Declared node groups count as pools. It is a warning where a managed node group, which cannot " +
				"be seen, may take the pods (they ask for nothing but labels that every node has, or for a label of EKS's), and " +
				"where instance types that are not known here, or another setting of Karpenter, might.",
			Why: "Karpenter starts no node for them, and the pods stay Pending for ever. The operator's status does not say so for " +
				"TaskManagers.",
			Bad: "kind: FlinkDeployment\nspec:\n  taskManager:\n    podTemplate:\n      spec:\n        nodeSelector: {NodeGroupType: " +
				"FlinkGravitonMemoryOptimized}\n---\n" +
				fittingExample(),
			Good: "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {NodeGroupType: " +
				"StreamingOptimized}\n---\n" +
				fittingExample(),
			Source: "karpenter v1.14.1, pkg/scheduling/requirements.go and taints.go; Karpenter 1.14, concepts/scheduling; " +
				"EMR on EKS guide, page jobruns-flink-decommission; EKS User Guide, managed node group capacity types; " +
				"karpenter v1.14.1, pkg/controllers/provisioning/scheduling/nodeclaim.go; the catalogue of instance types",
		},
		Across: func(w *model.World) Across {
			fleet := w.Fleet()
			if len(fleet.Pools) == 0 || !fleet.Whole {
				return Across{}
			}
			return Across{Cluster: func(c *model.Cluster, say model.Say) {
				fitsNone(c, fleet, say)
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
func fitsNone(c *model.Cluster, fleet *model.Fleet, say model.Say) {
	var all []model.Problem
	for _, g := range c.Pods().Groups() {
		if len(fleet.Taking(g)) > 0 {
			continue
		}
		// What only lacks room or types is nearest to what was meant: it goes first.
		var near, reasons []string
		sure, room := true, false
		for n, a := range fleet.Answers(g) {
			reason := fleet.Pools[n].Title() + ": " + strings.Join(a.Reasons, ", ")
			if a.Types {
				near = append(near, reason)
			} else {
				reasons = append(reasons, reason)
			}
			sure, room = sure && a.Sure, room || a.Room
		}
		p := unplaced(c, g, enumerate(append(near, reasons...)), sure, len(near) > 0)
		switch {
		case room:
			p.Field = c.Field(roleField(g.Role), "resource")
			p.Hint = strings.Replace(p.Hint, changePlacement, "make the pods smaller, or let a pool have larger instances", 1)
		case len(near) > 0:
			p.Hint = strings.Replace(p.Hint, changePlacement, "change the requirements of the pool, or what the pods ask of their nodes", 1)
		}
		all = append(all, p)
	}
	sayForBoth(all, say)
}

const changePlacement = "change the node selector, affinity or tolerations of the pod template, or the labels or taints of a pool"

func unplaced(c *model.Cluster, g pods.Group, reasons string, sure, near bool) model.Problem {
	out := model.Problem{
		Subject: c.Subject, Field: placement(c, g.Role),
		Message: "no node pool takes the " + roleName(g.Role) + " pods: " + reasons,
		Hint:    changePlacement,
	}
	some, foreign := demands(g.Template.Spec)
	switch {
	case foreign != "" && len(c.World.Groups) > 0 && !near:
		out.Severity = new(diag.Warning)
		out.Hint = "declare the group that they are for in nodeGroups, or " + out.Hint
	case foreign != "" && len(c.World.Groups) == 0:
		out.Severity = new(diag.Warning)
		instead := capacityLabel
		if values, found := requiredValues(g.Template.Spec, eksCapacityLabel); found {
			instead += ": " + strings.ReplaceAll(strings.ToLower(strings.Join(values, " or ")), "_", "-")
		}
		out.Hint = "nodes of managed node groups have " + foreign + ", nodes of Karpenter do not: select " + instead +
			" or a label of a NodePool, unless the pods are meant for a node group"
	case !sure:
		out.Severity = new(diag.Warning)
		out.Hint = "they fit only instance types that are not known here (give those of EC2 with --catalogue), or with settings of " +
			"Karpenter other than its defaults; " + out.Hint
	case !some && foreign == "":
		out.Severity = new(diag.Warning)
		out.Hint = "the pods run only if there is a managed node group with room for them; " + out.Hint
	}
	return out
}
