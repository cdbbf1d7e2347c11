package importer

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/karpenter"
)

// placement moves node selectors and tolerations to a node pool, or to the fields
// of the roles.
func (d *Draft) placement(e *entry, common object, own map[string]object) {
	names := map[string]string{}
	specs := map[string]corev1.PodSpec{}
	for _, role := range roles() {
		spec := object{}
		for _, t := range []object{common, own[role]} {
			for key, value := range dig(t, "spec", "nodeSelector") {
				set(spec, value, "nodeSelector", key)
			}
		}
		tolerations := slices.Concat(list(common, "spec", "tolerations"), list(own[role], "spec", "tolerations"))
		specs[role] = placed(spec, tolerations)
		names[role] = d.poolOf(specs[role])
	}
	jm, tm := names["jobManager"], names["taskManager"]
	elsewhere := func(role string) bool { return names[role] == "" && len(specs[role].NodeSelector) > 0 }
	if jm+tm == "" || elsewhere("jobManager") || elsewhere("taskManager") {
		d.placeRoles(e, own)
		return
	}
	if jm == tm {
		set(e.values, jm, "nodePool")
	} else {
		put(e.values, jm, "nodePool", "jobManager")
		put(e.values, tm, "nodePool", "taskManager")
	}
	for _, t := range []object{common, own["jobManager"], own["taskManager"]} {
		remove(t, "spec", "nodeSelector")
		remove(t, "spec", "tolerations")
	}
	for _, role := range roles() {
		selector, tolerations := d.unexplained(specs[role], names[role])
		put(e.values, selector, role, "nodeSelector")
		put(e.values, tolerations, role, "tolerations")
	}
	d.spread(e, own)
}

// placeRoles moves what stands in the templates of the roles to their fields.
func (d *Draft) placeRoles(e *entry, own map[string]object) {
	for _, role := range roles() {
		put(e.values, get(own[role], "spec", "nodeSelector"), role, "nodeSelector")
		remove(own[role], "spec", "nodeSelector")
	}
	d.spread(e, own)
}

func (d *Draft) spread(e *entry, own map[string]object) {
	for _, role := range roles() {
		put(e.values, get(own[role], "spec", "topologySpreadConstraints"), role, "topologySpreadConstraints")
		remove(own[role], "spec", "topologySpreadConstraints")
	}
}

func placed(spec object, tolerations []object) corev1.PodSpec {
	var out corev1.PodSpec
	items := make([]any, len(tolerations))
	for i, t := range tolerations {
		items[i] = t
	}
	data := cloneMap(spec)
	put(data, items, "tolerations")
	if runtime.DefaultUnstructuredConverter.FromUnstructured(data, &out) != nil {
		return corev1.PodSpec{}
	}
	return out
}

// poolOf is the one pool whose nodes take the pod, and that its selector names by
// a label of the pool; "" for none or several.
func (d *Draft) poolOf(spec corev1.PodSpec) string {
	if len(spec.NodeSelector) == 0 {
		return ""
	}
	found := ""
	for _, p := range d.pools {
		if len(p.Requirements.Compatible(karpenter.Labels(spec.NodeSelector))) > 0 {
			continue
		}
		if found != "" {
			return ""
		}
		found = p.Name
		for _, taint := range p.Taints {
			if !karpenter.Tolerates(spec.Tolerations, taint) {
				return ""
			}
		}
	}
	return found
}

// unexplained are the selector and the tolerations that a pool does not imply.
func (d *Draft) unexplained(spec corev1.PodSpec, pool string) (selector object, tolerations []any) {
	i := slices.IndexFunc(d.pools, func(p karpenter.Pool) bool { return p.Name == pool })
	selector = object{}
	for key, value := range spec.NodeSelector {
		if i < 0 || !slices.Equal(d.pools[i].Requirements[key].Listed(), []string{value}) {
			selector[key] = value
		}
	}
	for _, t := range spec.Tolerations {
		if i >= 0 && t.Key != "" && slices.ContainsFunc(d.pools[i].Taints, func(taint corev1.Taint) bool {
			return karpenter.Tolerates([]corev1.Toleration{t}, taint)
		}) {
			continue
		}
		if data, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&t); err == nil {
			tolerations = append(tolerations, data)
		}
	}
	return selector, tolerations
}
