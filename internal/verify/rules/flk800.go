package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK800 is about jobs in the default namespace.
func (Catalogue) FLK800() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "job in the default namespace", Severity: diag.Warning,
			What: "A Flink resource is in the namespace `default`, or names none.",
			Why: "Quotas, network policies, roles and people's access are given by namespace. In `default` a job shares them with " +
				"whatever else nobody gave a place. A manifest without a namespace lands there too, or where kubectl happens to point.",
			Bad:    "kind: FlinkDeployment\nmetadata:\n  namespace: default\n",
			Good:   "kind: FlinkDeployment\nmetadata:\n  namespace: team-a\n",
			Source: "awslabs/data-on-eks, emr-eks-flink (a namespace per team); Kubernetes documentation, Namespaces",
		},
		World: func(w *model.World, say model.Say) {
			for _, s := range flinkSubjects(w) {
				switch s.Key.Namespace {
				case "default":
					say(model.Problem{
						Subject: s, Field: []string{"metadata", "namespace"},
						Message: fmt.Sprintf("%s is in the default namespace", s.Key),
						Hint:    "give the jobs of a team a namespace of their own",
					})
				case "":
					say(model.Problem{
						Subject: s, Field: []string{"metadata"},
						Message: fmt.Sprintf("%s names no namespace", s.Key), Severity: new(diag.Info),
						Hint: "set metadata.namespace, or give it to kubectl or Kustomize",
					})
				}
			}
		},
	}
}

// flinkSubjects lists the clusters and session jobs of the input.
func flinkSubjects(w *model.World) []*model.Subject {
	var out []*model.Subject
	for _, s := range w.Subjects {
		if s.Key.APIVersion != v1beta1.APIVersion || s.Canary() {
			continue
		}
		if s.Key.Kind != v1beta1.KindFlinkStateSnapshot {
			out = append(out, s)
		}
	}
	return out
}
