package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK725 is about labels that only look like Karpenter's.
func (Catalogue) FLK725() Rule {
	pool := func(labels string) string {
		return "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata:\n  name: flink\nspec:\n  template:\n    metadata: {labels: {" + labels + "}}\n"
	}
	return Rule{
		Entry: diag.Entry{
			Title: "label looks well known and is not", Severity: diag.Warning,
			What: "A NodePool has a label, or a requirement, whose name is that of a label that Karpenter knows, and whose domain is not: " +
				"`node.kubernetes.io/arch` for `kubernetes.io/arch`.",
			Why: "Karpenter takes it for a label of your own: it chooses no instances, and says only what you wrote, whatever the node " +
				"really is.",
			Bad: pool("node.kubernetes.io/arch: amd64"), Good: pool("workload: flink"),
			Source: "karpenter v1.14.1 and karpenter-provider-aws v1.14.1, pkg/apis/v1/labels.go; awslabs/data-on-eks, emr-on-eks",
		},
		World: func(w *model.World, say model.Say) {
			for _, pool := range w.Kind("NodePool") {
				at := []string{"spec", "template", "metadata", "labels"}
				labels, _ := valueAt(pool.Data, at...).(map[string]any)
				for _, key := range slices.Sorted(maps.Keys(labels)) {
					lookalike(pool, key, append(slices.Clone(at), key), say)
				}
				for i, r := range listAt(pool.Data, "spec", "template", "spec", "requirements") {
					lookalike(pool, textAt(r, "key"), []string{"spec", "template", "spec", "requirements", fmt.Sprint(i), "key"}, say)
				}
			}
		},
	}
}

// lookalike says that a label is none of Karpenter's, if it could be taken for
// one. The old names of Kubernetes' own labels are taken for the new ones.
func lookalike(pool *model.Object, key string, field []string, say model.Say) {
	domain, name, ok := strings.Cut(key, "/")
	if !ok || karpenter.WellKnown(key) || !everyNodeHas(key) || strings.HasPrefix(domain, "beta.") ||
		strings.HasPrefix(domain, "failure-domain.") {
		return
	}
	for _, known := range karpenter.WellKnownLabels() {
		if _, last, _ := strings.Cut(known, "/"); last == name {
			say(model.Problem{
				Subject: pool.Subject, Field: field,
				Message: fmt.Sprintf("%s is no label that Karpenter knows: it chooses no instances", key),
				Hint:    "use a requirement on " + known + ", or take it away",
			})
			return
		}
	}
}
