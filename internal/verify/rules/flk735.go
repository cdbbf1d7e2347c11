package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK735 is about pods that may land on either architecture.
func (Catalogue) FLK735() Rule {
	pools := func(selector string) string {
		pool := func(name, arch string) string {
			return "---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata:\n  name: " + name + "\nspec:\n  template:\n    metadata:\n" +
				"      labels: {multiArch: Flink}\n    spec:\n      requirements:\n      - {key: kubernetes.io/arch, operator: In, values: [" + arch + "]}\n"
		}
		return "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {" + selector + "}\n" +
			"      tolerations: [{key: flink, operator: Exists}]\n" + pool("x86", "amd64") + pool("graviton", "arm64")
	}
	return Rule{
		Entry: diag.Entry{
			Title: "pods may land on either architecture", Severity: diag.Info,
			What: "Node pools of amd64 and of arm64, or one pool of both, take the same pods, which ask for no `kubernetes.io/arch`.",
			Why: "Which one it is follows from weights, prices and what is free. An image that lacks one of the two ends at once there, and " +
				"native libraries, of RocksDB or Python, must be in it for both.",
			Bad: pools("multiArch: Flink"), Good: pools("multiArch: Flink, kubernetes.io/arch: amd64"),
			Source: "Karpenter documentation 1.14, scheduling, weighted NodePools; awslabs/data-on-eks, emr-eks-flink, label multiArch",
		},
		Across: func(w *model.World) Across {
			all, whole := poolsOf(w)
			if len(all) == 0 || !whole {
				return Across{}
			}
			return Across{Cluster: func(c *model.Cluster, say model.Say) { eitherArch(c, all, say) }}
		},
	}
}

// eitherArch says once which pods of a cluster may land on both.
func eitherArch(c *model.Cluster, all []pool, say model.Say) {
	var roles, names []string
	var field []string
	for _, g := range c.Pods().Groups() {
		fit := fitting(all, g)
		if _, asks := requiredValues(g.Template.Spec, archLabel); asks || !offers(fit, "amd64") || !offers(fit, "arm64") {
			continue
		}
		for _, p := range fit {
			if !slices.Contains(names, p.Name) {
				names = append(names, p.Name)
			}
		}
		if roles = append(roles, roleName(g.Role)); field == nil {
			field = placement(c, g.Role)
		}
	}
	if len(roles) > 0 {
		say(model.Problem{
			Subject: c.Subject, Field: field,
			Message: fmt.Sprintf("the %s pods may land on amd64 and on arm64: node pools %s", strings.Join(roles, " and "),
				strings.Join(names, ", ")),
			Hint: "select kubernetes.io/arch, unless the image is made for both",
		})
	}
}

// offers reports whether one of the pools has nodes of an architecture.
func offers(pools []pool, arch string) bool {
	return slices.ContainsFunc(pools, func(p pool) bool {
		values, found := poolRequirement(p.object, archLabel)
		return slices.Contains(values, arch) || !found && !poolMentions(p.object, archLabel)
	})
}
