package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK514 looks for the namespace of the Flink resources.
func (Catalogue) FLK514() Rule {
	const namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: "
	return Rule{
		Entry: diag.Entry{
			Title: "namespace is not there", Severity: diag.Info,
			What: "The input is the whole platform and has Namespaces, and that of a Flink resource is not among them. It is said " +
				"once for each namespace.",
			Why:    "The API server refuses objects of a namespace that does not exist, unless somebody else makes it before.",
			Bad:    "kind: FlinkDeployment\nspec: {serviceAccount: default}\n" + namespace + "team-b}\n",
			Good:   "kind: FlinkDeployment\nspec: {serviceAccount: default}\n" + namespace + "team-a}\n",
			Source: "Kubernetes, concepts/overview/working-with-objects/namespaces",
			Flags:  []string{"--complete"},
		},
		World: func(w *model.World, say model.Say) {
			if !w.Complete || len(w.Kind("Namespace")) == 0 {
				return
			}
			seen := map[string]bool{"": true, "default": true}
			for _, o := range w.Kind("Namespace") {
				seen[o.Key.Name] = true
			}
			for _, s := range w.Subjects {
				if s.Key.APIVersion != v1beta1.APIVersion || seen[s.Key.Namespace] || strings.HasPrefix(s.Key.Namespace, "kube-") {
					continue
				}
				seen[s.Key.Namespace] = true
				say(model.Problem{
					Subject: s, Field: []string{"metadata", "namespace"},
					Message: "Namespace " + s.Key.Namespace + " is not in the input, which has others",
					Hint:    "add it, or name one that is there",
				})
			}
		},
	}
}
