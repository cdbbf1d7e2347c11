package rules

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK808 is about sidecars of any size.
func (Catalogue) FLK808() Rule {
	const job = "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      containers:\n      - name: logger\n        " +
		"image: busybox:1.36\n"
	return Rule{
		Entry: diag.Entry{
			Title: "container without resources", Severity: diag.Warning,
			What: "A container of a pod template, other than Flink's own, has no CPU request or no memory limit.",
			Why: "Flink bounds its own container alone. What another one takes is not in Karpenter's plan of the node, and one " +
				"without a limit can have the whole pod evicted; in a namespace with a quota for it the pod is refused.",
			Bad: job,
			Good: job + "        resources:\n          requests: {cpu: 50m, memory: 32Mi}\n          limits: {memory: 32Mi}\n" +
				"      - name: flink-main-container\n",
			Source: "Kubernetes documentation, Resource Management for Pods and Containers, Resource Quotas",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if limitedByDefault(c) {
				return
			}
			said := map[string]bool{}
			for _, p := range templatePods(c) {
				for _, k := range p.containers() {
					missing := missingResources(k)
					if isMain(k) || missing == "" || said[k.Name] {
						continue
					}
					said[k.Name] = true
					say(model.Problem{
						Field:   p.inContainer(k.Name, func(corev1.Container) bool { return true }, "resources"),
						Message: fmt.Sprintf("container %s has %s", k.Name, missing),
						Hint:    "set resources.requests and resources.limits of it",
					})
				}
			}
		},
	}
}

// limitedByDefault reports whether a LimitRange of the namespace gives memory
// limits to containers that have none.
func limitedByDefault(c *model.Cluster) bool {
	for _, o := range c.World.Kind("LimitRange") {
		for _, limit := range listAt(o.Data, "spec", "limits") {
			if o.Key.Namespace == c.Key.Namespace && textAt(limit, "type") == "Container" && valueAt(limit, "default", "memory") != nil {
				return true
			}
		}
	}
	return false
}

// missingResources says which resources a container lacks, or "".
func missingResources(k corev1.Container) string {
	_, limitedCPU := k.Resources.Limits[corev1.ResourceCPU]
	_, cpu := k.Resources.Requests[corev1.ResourceCPU]
	_, memory := k.Resources.Limits[corev1.ResourceMemory]
	switch {
	case !cpu && !limitedCPU && !memory:
		return "no CPU request and no memory limit"
	case !memory:
		return "no memory limit"
	case !cpu && !limitedCPU:
		return "no CPU request"
	default:
		return ""
	}
}
