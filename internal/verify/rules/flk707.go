package rules

import (
	"fmt"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK707 finds spreads that the node pools cannot give.
func (Catalogue) FLK707() Rule {
	const job = "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {NodeGroupType: StreamingOptimized}\n" +
		"      topologySpreadConstraints:\n      - maxSkew: 1\n        whenUnsatisfiable: DoNotSchedule\n" +
		"        labelSelector: {matchLabels: {app: orders}}\n        topologyKey: topology.kubernetes.io/"
	return Rule{
		Entry: diag.Entry{
			Title: "spread that no node pool gives", Severity: diag.Error,
			What: "The pods must be spread over a label that the nodes of no pool have which takes them, or must each have a zone of " +
				"its own and the pools have fewer zones than there are pods. Only what must be met is looked at: whenUnsatisfiable " +
				"DoNotSchedule, and required anti-affinity. It is a warning where a managed node group, which cannot be seen, may " +
				"take the pods.",
			Why: "A node without the label takes no such pod, and Karpenter starts none for it: the pods stay Pending. The label is " +
				"mostly a typing error.",
			Bad:    job + "zones\n---\n" + fittingExample(),
			Good:   job + "zone\n---\n" + fittingExample(),
			Source: "Kubernetes, \"Pod Topology Spread Constraints\"; Karpenter 1.14, concepts/scheduling, topology spread",
		},
		Across: func(w *model.World) Across {
			fleet := w.Fleet()
			if len(fleet.Pools) == 0 || !fleet.Whole {
				return Across{}
			}
			return Across{Cluster: func(c *model.Cluster, say model.Say) {
				var all []model.Problem
				for _, g := range c.Pods().Groups() {
					if taking := fleet.Taking(g); len(taking) > 0 && g.Count.Start > 0 {
						all = append(all, spreads(c, g, taking)...)
						all = append(all, apart(c, g, taking)...)
					}
				}
				sayForBoth(all, say)
			}}
		},
	}
}

// spreads judges the topology spread constraints of a role.
func spreads(c *model.Cluster, g pods.Group, taking []model.NodePool) []model.Problem {
	var all []model.Problem
	for _, s := range g.Template.Spec.TopologySpreadConstraints {
		given := slices.ContainsFunc(taking, func(p model.NodePool) bool { return gives(p, s.TopologyKey) })
		if s.WhenUnsatisfiable != corev1.DoNotSchedule || given {
			continue
		}
		out := model.Problem{
			Field: constraintField(c, g.Role, s.TopologyKey), Severity: orElsewhere(g, s.TopologyKey),
			Message: fmt.Sprintf("the %s pods must be spread over %s, and no pool that takes them gives its nodes this label",
				roleName(g.Role), s.TopologyKey),
			Hint: "take topology.kubernetes.io/zone or kubernetes.io/hostname, or give the label to a pool",
		}
		if near := diag.Nearest(s.TopologyKey, append(karpenter.WellKnownLabels(), corev1.LabelHostname)); near != "" {
			out.Hint = "write " + near + ", or give the label to a pool"
		}
		all = append(all, out)
	}
	return all
}

// gives reports whether nodes of the pool have a label.
func gives(p model.NodePool, label string) bool {
	r, defined := p.Requirements[label]
	if defined {
		return r.Operator() != karpenter.DoesNotExist
	}
	return label == corev1.LabelHostname || karpenter.WellKnown(label)
}

// orElsewhere softens what nodes that cannot be seen may do better.
func orElsewhere(g pods.Group, label string) *diag.Severity {
	some, foreign := demands(g.Template.Spec)
	if !some || foreign != "" || everyNodeHas(label) && !karpenter.WellKnown(label) && !nearKnown(label) {
		return new(diag.Warning)
	}
	return nil
}

// nearKnown reports whether a label is a well-known one, misspelt.
func nearKnown(label string) bool {
	return diag.Nearest(label, append(karpenter.WellKnownLabels(), corev1.LabelHostname)) != ""
}

// apart judges required anti-affinity of a role's pods to each other by zone.
func apart(c *model.Cluster, g pods.Group, taking []model.NodePool) []model.Problem {
	a := g.Template.Spec.Affinity
	if a == nil || a.PodAntiAffinity == nil {
		return nil
	}
	var all []model.Problem
	for _, term := range a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
		zones := zonesOf(taking)
		if term.TopologyKey != corev1.LabelTopologyZone || zones == nil || g.Count.Start <= len(zones) || !selects(term.LabelSelector, g) {
			continue
		}
		all = append(all, model.Problem{
			Field: placement(c, g.Role), Severity: orElsewhere(g, term.TopologyKey),
			Message: fmt.Sprintf("%d %s pods must each have a zone of its own, and the pools that take them have %d: %s",
				g.Count.Start, roleName(g.Role), len(zones), enumerate(zones)),
			Hint: "keep the pods apart by kubernetes.io/hostname, or prefer it only",
		})
	}
	return all
}

// zonesOf are the zones that the pools list; nil if one of them does not.
func zonesOf(all []model.NodePool) []string {
	zones := []string{}
	for _, p := range all {
		listed := p.Requirements[corev1.LabelTopologyZone].Listed()
		if len(listed) == 0 {
			return nil
		}
		zones = append(zones, listed...)
	}
	slices.Sort(zones)
	return slices.Compact(zones)
}

// selects reports whether a selector is met by the pods of the role themselves.
func selects(selector *metav1.LabelSelector, g pods.Group) bool {
	s, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && s.Matches(labels.Set(g.Template.Labels))
}

// constraintField is the constraint in the pod template that has it: merged lists
// may not have it at the same place.
func constraintField(c *model.Cluster, r pods.Role, key string) []string {
	for _, t := range templatesOf(c, r) {
		for i, s := range t.template.Spec.TopologySpreadConstraints {
			if s.TopologyKey == key {
				return fieldBelow(t.field, "spec", "topologySpreadConstraints", strconv.Itoa(i), "topologyKey")
			}
		}
	}
	return c.Field()
}
