package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// bounds are the quotas and ranges of one namespace.
type bounds struct {
	quotas []quota
	ranges []limits
}

type quota struct {
	object *model.Object
	hard   corev1.ResourceList
}

type limits struct {
	object *model.Object
	items  []corev1.LimitRangeItem
}

// boundsOf reads the quotas and ranges of the input by namespace. Quotas with
// scopes are left out: they hold for some pods only.
func boundsOf(w *model.World) map[string]*bounds {
	out := map[string]*bounds{}
	at := func(o *model.Object) *bounds {
		if out[o.Key.Namespace] == nil {
			out[o.Key.Namespace] = &bounds{}
		}
		return out[o.Key.Namespace]
	}
	for _, o := range w.Kind("ResourceQuota") {
		q, ok := decoded[corev1.ResourceQuota](o)
		if ok && len(q.Spec.Scopes) == 0 && q.Spec.ScopeSelector == nil {
			b := at(o)
			b.quotas = append(b.quotas, quota{o, q.Spec.Hard})
		}
	}
	for _, o := range w.Kind("LimitRange") {
		if r, ok := decoded[corev1.LimitRange](o); ok {
			b := at(o)
			b.ranges = append(b.ranges, limits{o, r.Spec.Limits})
		}
	}
	return out
}

// defaults are the limits and requests that a LimitRange gives to containers
// without them; a maximum stands for a default limit that is not set, this for a
// default request, and then a minimum (Kubernetes, SetDefaults_LimitRangeItem).
func (b *bounds) defaults() (limit, request corev1.ResourceList) {
	limit, request = corev1.ResourceList{}, corev1.ResourceList{}
	for _, r := range b.ranges {
		for _, item := range r.items {
			if item.Type == corev1.LimitTypeContainer {
				maps.Copy(limit, item.Max)
				maps.Copy(limit, item.Default)
				maps.Copy(request, item.Min)
				maps.Copy(request, limit)
				maps.Copy(request, item.DefaultRequest)
			}
		}
	}
	return limit, request
}

// counted maps a key of a quota to what it counts: requests or limits of a
// resource. ok is false for what is not about the size of pods.
func counted(key corev1.ResourceName) (name corev1.ResourceName, limit, ok bool) {
	switch text := string(key); {
	case text == "cpu" || text == "memory" || text == "ephemeral-storage":
		return key, false, true
	case strings.HasPrefix(text, "requests.") && text != "requests.storage":
		return corev1.ResourceName(strings.TrimPrefix(text, "requests.")), false, true
	case strings.HasPrefix(text, "limits."):
		return corev1.ResourceName(strings.TrimPrefix(text, "limits.")), true, true
	default:
		return "", false, false
	}
}

// demand is what clusters ask of a quota.
type demand struct{ requests, limits, most, mostLimits corev1.ResourceList }

// demandOf adds up one cluster, and counts its pods under the name pods.
func demandOf(c *model.Cluster) demand {
	var d demand
	set := c.Pods()
	if set.Suspended {
		return d
	}
	for _, g := range set.Groups() {
		start, most := g.Count.Start, mostOf(c, g)
		counted := func(l corev1.ResourceList, n int) corev1.ResourceList {
			of := corev1.ResourceList{corev1.ResourcePods: *resource.NewQuantity(int64(n), resource.DecimalSI)}
			return pods.Add(pods.Times(l, n), of)
		}
		d.requests = pods.Add(d.requests, counted(g.Requests, start))
		d.limits = pods.Add(d.limits, pods.Times(g.Limits, start))
		d.most = pods.Add(d.most, counted(g.Requests, most))
		d.mostLimits = pods.Add(d.mostLimits, pods.Times(g.Limits, most))
	}
	return d
}

// mostOf is how many pods of a group there may be at one time: the autoscaler's
// bound, and for a blue/green deployment both colours while one takes over.
func mostOf(c *model.Cluster, g pods.Group) int {
	n := max(g.Count.Start, g.Count.Max)
	if c.BlueGreen {
		n *= 2
	}
	return n
}

func (d demand) plus(o demand) demand {
	return demand{
		pods.Add(d.requests, o.requests), pods.Add(d.limits, o.limits), pods.Add(d.most, o.most), pods.Add(d.mostLimits, o.mostLimits),
	}
}

// of gives what a key of a quota counts of the demand, at the start and in the most.
func (d demand) of(key corev1.ResourceName) (start, most resource.Quantity, ok bool) {
	if key == corev1.ResourcePods || key == "count/pods" {
		return d.requests[corev1.ResourcePods], d.most[corev1.ResourcePods], true
	}
	name, limit, ok := counted(key)
	if limit {
		return d.limits[name], d.mostLimits[name], ok
	}
	return d.requests[name], d.most[name], ok
}

// lacking names a container of the pods without a request or limit of CPU or
// memory that a quota counts and that no LimitRange gives; for other resources the
// API server does not ask for one (Kubernetes, podEvaluator.Constraints). unsure is true for EMR's log sidecar,
// whose requests are not documented.
func lacking(g pods.Group, key corev1.ResourceName, b *bounds) (container string, unsure bool) {
	name, limit, ok := counted(key)
	if !ok || name != corev1.ResourceCPU && name != corev1.ResourceMemory {
		return "", false
	}
	limits, requests := b.defaults()
	given := func(c corev1.Container) bool {
		_, byLimit := c.Resources.Limits[name]
		_, byRequest := c.Resources.Requests[name]
		_, byDefault := requests[name]
		if limit {
			_, byDefault = limits[name]
			return byLimit || byDefault
		}
		return byLimit || byRequest || byDefault
	}
	spec := g.Template.Spec
	for _, c := range slices.Concat(spec.InitContainers, spec.Containers) {
		memory := c.Name == pods.MainContainer && name == corev1.ResourceMemory // Flink always sets it
		if !given(c) && !memory {
			return c.Name, c.Name == pods.LogSidecar
		}
	}
	return "", false
}

// outside says why a LimitRange refuses a pod; "" if it does not.
func outside(item corev1.LimitRangeItem, g pods.Group) string {
	check := func(what string, requests, limits corev1.ResourceList) string {
		for _, name := range slices.Sorted(maps.Keys(item.Max)) {
			bound, q := item.Max[name], limits[name]
			if q.Cmp(bound) > 0 {
				return fmt.Sprintf("%s has a limit of %s %s, above the maximum %s", what, q.String(), name, bound.String())
			}
		}
		for _, name := range slices.Sorted(maps.Keys(item.Min)) {
			bound, q := item.Min[name], requests[name]
			if !q.IsZero() && q.Cmp(bound) < 0 {
				return fmt.Sprintf("%s requests %s %s, below the minimum %s", what, q.String(), name, bound.String())
			}
		}
		for _, name := range slices.Sorted(maps.Keys(item.MaxLimitRequestRatio)) {
			bound, request, limit := item.MaxLimitRequestRatio[name], requests[name], limits[name]
			if !request.IsZero() && limit.AsApproximateFloat64() > bound.AsApproximateFloat64()*request.AsApproximateFloat64()*(1+1e-9) {
				return fmt.Sprintf("%s has a limit of %s %s for a request of %s, above the ratio %s",
					what, limit.String(), name, request.String(), bound.String())
			}
		}
		return ""
	}
	switch item.Type {
	case corev1.LimitTypePod:
		return check("the "+roleName(g.Role)+" pod", g.Requests, g.Limits)
	case corev1.LimitTypeContainer:
		for _, c := range slices.Concat(g.Template.Spec.InitContainers, g.Template.Spec.Containers) {
			what := "container " + c.Name + " of the " + roleName(g.Role) + " pod"
			if text := check(what, c.Resources.Requests, c.Resources.Limits); text != "" {
				return text
			}
		}
	case corev1.LimitTypePersistentVolumeClaim:
	}
	return ""
}
