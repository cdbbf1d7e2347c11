package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK726 is about labels that stay with the NodePool.
func (Catalogue) FLK726() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "labels of the pool are not those of its nodes", Severity: diag.Info,
			What: "A NodePool has labels of its own in `metadata.labels`, and none in `spec.template.metadata.labels`.",
			Why:  "Only the template's labels reach the nodes. A node selector with a label of the NodePool object finds no node.",
			Bad:  "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata:\n  name: flink\n  labels: {workload: flink}\n",
			Good: "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata:\n  name: flink\nspec:\n  template:\n    metadata:\n" +
				"      labels: {workload: flink}\n",
			Source: "Karpenter documentation 1.14, nodepools, spec.template.metadata.labels; awslabs/data-on-eks, flink-on-eks",
		},
		World: func(w *model.World, say model.Say) {
			for _, pool := range w.Kind("NodePool") {
				labels, _ := valueAt(pool.Data, "metadata", "labels").(map[string]any)
				onNodes, _ := valueAt(pool.Data, "spec", "template", "metadata", "labels").(map[string]any)
				own := slices.DeleteFunc(slices.Sorted(maps.Keys(labels)), ofTools)
				if len(own) == 0 || len(onNodes) > 0 {
					continue
				}
				say(model.Problem{
					Subject: pool.Subject, Field: []string{"metadata", "labels", own[0]},
					Message: fmt.Sprintf("the nodes do not get %s, which stands on the NodePool alone", strings.Join(own, ", ")),
					Hint:    "move it to spec.template.metadata.labels if pods select it",
				})
			}
		},
	}
}

// ofTools reports whether a label is one that tools put on objects, not one that
// pods select nodes by.
func ofTools(key string) bool {
	domain, _, ok := strings.Cut(key, "/")
	return ok && (domain == "app.kubernetes.io" || domain == "helm.sh" || strings.HasSuffix(domain, ".fluxcd.io") ||
		strings.HasSuffix(domain, ".toolkit.fluxcd.io") || strings.HasPrefix(domain, "argocd.") || domain == "helm-flink.dev")
}
