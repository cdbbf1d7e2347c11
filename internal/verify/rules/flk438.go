package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK438 is about two operators of EMR in one cluster.
func (Catalogue) FLK438() Rule {
	account := func(namespace string) string {
		return "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: emr-containers-sa-flink-operator\n" +
			"  namespace: " + namespace + "\n"
	}
	return Rule{
		Entry: diag.Entry{
			Title: "two operators of EMR", Severity: diag.Warning,
			What: "The input has the service account of EMR's operator in two namespaces.",
			Why: "Users report that EMR's operator works on the whole cluster, so two of them work on the same jobs. Whether its " +
				"chart can be bound to namespaces is not confirmed.",
			Bad: account("flink-a") + "---\n" + account("flink-b"), Good: account("flink-a"),
			Source: "github.com/aws/containers-roadmap, issue 2316",
		},
		World: func(w *model.World, say model.Say) {
			var first *model.Object
			for _, o := range w.Kind("ServiceAccount") {
				if o.Key.Name != emrOperatorAccount {
					continue
				}
				if first != nil && o.Key.Namespace != first.Key.Namespace {
					say(model.Problem{
						Subject: o.Subject, Field: []string{"metadata", "namespace"},
						Message: fmt.Sprintf("EMR's operator is in %s and %s, and each works on the whole cluster",
							first.Key.Namespace, o.Key.Namespace),
						Hint: "install it once per cluster",
					})
				}
				if first == nil {
					first = o
				}
			}
		},
	}
}
