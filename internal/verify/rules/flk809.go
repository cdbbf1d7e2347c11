package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK809 is about namespaces that are open to the whole cluster.
func (Catalogue) FLK809() Rule {
	const namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: team-a\n"
	return Rule{
		Entry: diag.Entry{
			Title: "namespace without a network policy", Severity: diag.Warning,
			What: "Flink jobs run in a namespace that has no NetworkPolicy. It is said where the input is the whole platform, or " +
				"holds the Namespace itself.",
			Why: "The JobManager's REST port takes jars and runs them, without a password. Without a policy every pod of the " +
				"cluster can reach it, and whoever can run code there has the job's role.",
			Bad: "kind: FlinkDeployment\n" + namespace,
			Good: "kind: FlinkDeployment\n" + namespace + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n " +
				" name: flink\n" +
				"  namespace: team-a\nspec:\n  podSelector: {}\n  policyTypes: [Ingress]\n",
			Source: "awslabs/data-on-eks, emr-eks-flink (its page advises network policies); Flink documentation, Security",
		},
		World: func(w *model.World, say model.Say) {
			guarded := map[string]bool{}
			for _, o := range w.Kind("NetworkPolicy") {
				guarded[o.Key.Namespace] = true
			}
			said := map[string]bool{}
			for _, s := range flinkSubjects(w) {
				namespace := s.Key.Namespace
				if guarded[namespace] || said[namespace] || namespace == "" {
					continue
				}
				said[namespace] = true
				p := model.Problem{
					Subject: s, Field: []string{"metadata", "namespace"},
					Message: fmt.Sprintf("namespace %s has Flink jobs and no NetworkPolicy", namespace),
					Hint:    "add policies that let in the namespace itself and the operator, and deny the rest",
				}
				if o := w.Find("Namespace", "", namespace); o != nil {
					p.Subject, p.Field = o.Subject, []string{"metadata", "name"}
				} else if !w.Complete {
					continue
				}
				say(p)
			}
		},
	}
}
