package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK727 is about startup taints that stay.
func (Catalogue) FLK727() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "startup taint that nothing takes away", Severity: diag.Warning,
			What: "A NodePool has a startup taint that no agent is known to take away: known are those of Cilium, of Amazon's CSI drivers " +
				"and of the cloud provider.",
			Why: "A new node has the taint until some agent removes it. Karpenter does not count the node as initialized before, and no " +
				"pod without the toleration ever runs there. An agent of your own may do it, which cannot be seen here.",
			Bad:  poolExample("", "      startupTaints: [{key: flink.apache.org/node-type, value: taskmanager, effect: NoSchedule}]\n"),
			Good: poolExample("", "      startupTaints: [{key: node.cilium.io/agent-not-ready, value: \"true\", effect: NoExecute}]\n"),
			Source: "Karpenter documentation 1.14, nodepools, spec.template.spec.startupTaints; documentation of Cilium (taint effects), " +
				"aws-ebs-csi-driver and aws-efs-csi-driver (node startup taint); awslabs/data-on-eks, flink-on-eks",
		},
		World: func(w *model.World, say model.Say) {
			for _, pool := range w.Kind("NodePool") {
				for i, t := range listAt(pool.Data, "spec", "template", "spec", "startupTaints") {
					if key := textAt(t, "key"); key != "" && !takenAway(key) {
						say(model.Problem{
							Subject: pool.Subject, Field: []string{"spec", "template", "spec", "startupTaints", fmt.Sprint(i), "key"},
							Message: fmt.Sprintf("no agent is known that takes the startup taint %s away", key),
							Hint:    "make it one of taints, which the pods tolerate, unless an agent of yours removes it",
						})
					}
				}
			}
		},
	}
}

// takenAway reports whether an agent is known that removes the taint.
func takenAway(key string) bool {
	domain, name, _ := strings.Cut(key, "/")
	return slices.Contains([]string{"agent-not-ready", "uninitialized", "not-ready", "network-unavailable"}, name) &&
		(strings.HasSuffix(domain, ".csi.aws.com") || slices.Contains([]string{
			"node.cilium.io", "node.cloudprovider.kubernetes.io", "node.kubernetes.io",
		}, domain))
}
