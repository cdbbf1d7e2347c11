package rules

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// roleName words a role for messages.
func roleName(r pods.Role) string {
	if r == pods.JobManager {
		return "JobManager"
	}
	return "TaskManager"
}

// roleField is the field of the spec that is about a role.
func roleField(r pods.Role) string {
	if r == pods.JobManager {
		return "jobManager"
	}
	return "taskManager"
}

// templatesOf lists a cluster's pod templates that count for a role, that of the
// role first, with their fields.
func templatesOf(c *model.Cluster, r pods.Role) []placedTemplate {
	other := roleField(pods.JobManager)
	if r == pods.JobManager {
		other = roleField(pods.TaskManager)
	}
	all := slices.DeleteFunc(podTemplates(c), func(t placedTemplate) bool { return slices.Contains(t.field[len(c.At):], other) })
	slices.Reverse(all)
	return all
}

// placement is the field that says where the pods of a role may run: the node
// selector, affinity or tolerations of a pod template, or a key of the
// configuration, or else the spec.
func placement(c *model.Cluster, r pods.Role) []string {
	templates := templatesOf(c, r)
	for _, t := range templates {
		switch spec := t.template.Spec; {
		case len(spec.NodeSelector) > 0:
			return fieldBelow(t.field, "spec", "nodeSelector")
		case spec.Affinity != nil && spec.Affinity.NodeAffinity != nil:
			return fieldBelow(t.field, "spec", "affinity", "nodeAffinity")
		}
	}
	for _, option := range []string{"node-selector", "tolerations"} {
		if key := "kubernetes." + string(r) + "." + option; c.Own[key] != "" {
			return c.Setting(key)
		}
	}
	for _, t := range templates {
		if len(t.template.Spec.Tolerations) > 0 {
			return fieldBelow(t.field, "spec", "tolerations")
		}
	}
	return c.Field()
}

// demands reports whether a pod asks for something that only nodes made for it
// have: a label that is not one of Kubernetes' own about the machine. foreign is
// such a label that EKS gives to nodes of managed node groups.
func demands(spec corev1.PodSpec) (some bool, foreign string) {
	for _, alternative := range karpenter.PodRequirements(spec) {
		for key := range alternative {
			domain, _, _ := strings.Cut(key, "/")
			switch {
			case domain == "eks.amazonaws.com" || domain == "alpha.eksctl.io":
				foreign = max(foreign, key)
			case domain != "kubernetes.io" && domain != "topology.kubernetes.io" && domain != "node.kubernetes.io" &&
				domain != "beta.kubernetes.io" && domain != "topology.k8s.aws":
				some = true
			}
		}
	}
	return some, foreign
}

// plural writes a number before a word that has no plural of its own: "2 more".
func plural(n int, what string) string { return fmt.Sprintf("%d %s", n, what) }
