package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK701 compares the limits of node pools with the pods that must run there.
func (Catalogue) FLK701() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "limits of a node pool too small", Severity: diag.Warning,
			What: "The pods that fit no other node pool of the input ask together for more CPU or memory than the pool's limits. It " +
				"is an error if a single pod asks for more than " +
				"every pool that it fits, and a note if only what the autoscaler may ask for is more.",
			Why: "Karpenter starts no more nodes once the limit is reached, and the pods that are left stay Pending. What the nodes " +
				"themselves need comes on top.",
			Bad: "kind: FlinkDeployment\nspec:\n  job: {parallelism: 40}\n  podTemplate:\n    spec:\n      nodeSelector: " +
				"{NodeGroupType: StreamingOptimized}\n---\n" +
				fittingExample() + "  limits: {cpu: \"8\"}\n",
			Good: "kind: FlinkDeployment\nspec:\n  job: {parallelism: 40}\n  podTemplate:\n    spec:\n      nodeSelector: " +
				"{NodeGroupType: StreamingOptimized}\n---\n" +
				fittingExample() + "  limits: {cpu: \"64\"}\n",
			Source: "Karpenter 1.14, concepts/nodepools, spec.limits",
		},
		Across: func(w *model.World) Across {
			all, whole := poolsOf(w)
			if len(all) == 0 || !whole {
				return Across{}
			}
			only := map[string]*load{}
			return Across{
				Cluster: func(c *model.Cluster, say model.Say) {
					for _, g := range c.Pods().Groups() {
						fit := fitting(all, g)
						if tooLarge(c, g, fit, say) {
							continue
						}
						if len(fit) == 1 && !c.Pods().Suspended {
							l := cmp.Or(only[fit[0].Name], &load{})
							l.add(c, g)
							only[fit[0].Name] = l
						}
					}
				},
				Done: func(say model.Say) {
					for _, p := range all {
						if l := only[p.Name]; l != nil {
							l.judge(p, say)
						}
					}
				},
			}
		},
	}
}

// tooLarge says of which resource one pod asks for more than each pool has.
func tooLarge(c *model.Cluster, g pods.Group, fit []pool, say model.Say) bool {
	for _, r := range slices.Sorted(maps.Keys(g.Requests)) {
		asked := g.Requests[r]
		var over []string
		for _, p := range fit {
			if limit, ok := p.Limits[r]; ok && asked.Cmp(limit) > 0 {
				over = append(over, fmt.Sprintf("%s of node pool %s", limit.String(), p.Name))
			}
		}
		if len(fit) == 0 || len(over) < len(fit) {
			continue
		}
		say(model.Problem{
			Subject: c.Subject, Field: c.Field(roleField(g.Role)), Severity: new(diag.Error),
			Message: fmt.Sprintf("a %s pod asks for %s of %s, more than the limit: %s",
				roleName(g.Role), asked.String(), r, enumerate(over)),
			Hint: "raise spec.limits of the pool, or make the pods smaller",
		})
		return true
	}
	return false
}

// load is what the pods that have no other pool ask of one.
type load struct {
	start, most corev1.ResourceList
	clusters    []string
}

func (l *load) add(c *model.Cluster, g pods.Group) {
	l.start = pods.Add(l.start, pods.Times(g.Requests, g.Count.Start))
	l.most = pods.Add(l.most, pods.Times(g.Requests, mostOf(c, g)))
	if name := c.Key.String(); !slices.Contains(l.clusters, name) {
		l.clusters = append(l.clusters, name)
	}
}

func (l *load) judge(p pool, say model.Say) {
	for _, r := range slices.Sorted(maps.Keys(p.Limits)) {
		limit, start, most := p.Limits[r], l.start[r], l.most[r]
		out := model.Problem{
			Subject: p.object.Subject, Field: []string{"spec", "limits", string(r)},
			Hint: "raise the limit, or let other pools take some of the pods: " + enumerate(l.clusters),
		}
		switch {
		case start.Cmp(limit) > 0:
			out.Message = fmt.Sprintf("the pods that only node pool %s takes ask for %s of %s, and its limit is "+
				"%s", p.Name, start.String(), r, limit.String())
		case most.Cmp(limit) > 0:
			out.Severity = new(diag.Info)
			out.Message = fmt.Sprintf("with all that the autoscaler or a blue/green change may add, the pods that only node pool %s "+
				"takes ask for %s of %s, "+
				"and its limit is %s",
				p.Name, most.String(), r, limit.String())
		default:
			continue
		}
		say(out)
	}
}
