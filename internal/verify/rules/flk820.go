package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK820 is about pods that reach into the node.
func (Catalogue) FLK820() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "pod is outside of the baseline level", Severity: diag.Warning,
			What: "A pod template, or `kubernetes.hostnetwork.enabled`, sets what the baseline level of pod security forbids: the " +
				"host's network, processes or disks, a privileged container, more capabilities, no seccomp.",
			Why: "Flink runs whatever program it is given. With these settings that program has the node, and with it every other " +
				"pod on it; a namespace that enforces the level refuses the pod.",
			Bad:    "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      hostPID: true\n",
			Good:   "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      hostPID: false\n",
			Source: "Kubernetes documentation, Pod Security Standards, Baseline; apache/flink 1.20, InitJobManagerDecorator.java (hostNetwork of a pod template is overwritten)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			said := map[string]bool{}
			for _, p := range templatePods(c) {
				for _, v := range baselineViolations(p) {
					id := v.what + strings.Join(v.field, ".")
					if said[id] {
						continue
					}
					said[id] = true
					say(model.Problem{
						Field: v.field, Message: v.what + ", which the baseline level of pod security forbids",
						Hint: "leave it out, or give the job a namespace of its own that allows it",
					})
				}
			}
		},
	}
}
