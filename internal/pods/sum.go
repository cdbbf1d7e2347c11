package pods

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
)

// Requests is what the scheduler counts for one pod: its containers and its
// restartable init containers together, or the largest init container if that is
// more, and the overhead. A request that is not set counts as its limit, as the
// API server sets it. Source: Kubernetes, "Resource sharing within containers".
func Requests(spec corev1.PodSpec) corev1.ResourceList {
	return ofPod(spec, func(r corev1.ResourceRequirements) corev1.ResourceList {
		out := copied(r.Limits)
		maps.Copy(out, r.Requests)
		return out
	})
}

// Limits is the sum of a pod's limits, counted as Requests counts.
func Limits(spec corev1.PodSpec) corev1.ResourceList {
	return ofPod(spec, func(r corev1.ResourceRequirements) corev1.ResourceList { return r.Limits })
}

func ofPod(spec corev1.PodSpec, of func(corev1.ResourceRequirements) corev1.ResourceList) corev1.ResourceList {
	total := corev1.ResourceList{}
	for _, c := range spec.Containers {
		total = Add(total, of(c.Resources))
	}
	sidecars, largest := corev1.ResourceList{}, corev1.ResourceList{}
	for _, c := range spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			sidecars = Add(sidecars, of(c.Resources))
			largest = most(largest, sidecars)
			continue
		}
		largest = most(largest, Add(sidecars, of(c.Resources)))
	}
	return Add(most(Add(total, sidecars), largest), spec.Overhead)
}

// Add adds two lists; neither is changed.
func Add(a, b corev1.ResourceList) corev1.ResourceList {
	out := copied(a)
	for name, q := range b {
		sum := out[name]
		sum = sum.DeepCopy()
		sum.Add(q)
		out[name] = sum
	}
	return out
}

// Times multiplies a list by a number that is not negative.
func Times(l corev1.ResourceList, n int) corev1.ResourceList {
	out := corev1.ResourceList{}
	for name, q := range l {
		product := q.DeepCopy()
		product.Mul(int64(n))
		out[name] = product
	}
	return out
}

func most(a, b corev1.ResourceList) corev1.ResourceList {
	out := copied(a)
	for name, q := range b {
		if old, ok := out[name]; !ok || q.Cmp(old) > 0 {
			out[name] = q
		}
	}
	return out
}
