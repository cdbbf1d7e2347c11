package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK801 is about jobs beside the operator.
func (Catalogue) FLK801() Rule {
	const operator = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: flink-kubernetes-operator\n  namespace: " +
		"team-a\n"
	return Rule{
		Entry: diag.Entry{
			Title: "job in the operator's namespace", Severity: diag.Warning,
			What: "A Flink resource is in the namespace of the operator, whose Deployment is in the input.",
			Why: "The service accounts there have the operator's rights over all jobs, and whoever may start pods there may use " +
				"them. Removing the operator with its namespace would remove the jobs and their state as well.",
			Bad:  "kind: FlinkDeployment\nmetadata:\n  namespace: team-a\n" + operator,
			Good: "kind: FlinkDeployment\nmetadata:\n  namespace: team-b\n" + operator,
			Source: "awslabs/data-on-eks, emr-eks-flink (operator and teams apart); flink-kubernetes-operator 1.15, " +
				"docs/operations/rbac.md",
		},
		World: func(w *model.World, say model.Say) {
			operators := map[string]bool{}
			for _, d := range w.Kind("Deployment") {
				if d.Key.Name == "flink-kubernetes-operator" || d.Labels["app.kubernetes.io/name"] == "flink-kubernetes-operator" {
					operators[d.Key.Namespace] = true
				}
			}
			for _, s := range flinkSubjects(w) {
				if operators[s.Key.Namespace] {
					say(model.Problem{
						Subject: s, Field: []string{"metadata", "namespace"},
						Message: fmt.Sprintf("%s is in the namespace of the operator", s.Key),
						Hint:    "give the jobs of a team a namespace of their own",
					})
				}
			}
		},
	}
}
