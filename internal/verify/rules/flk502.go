package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK502 looks for the cluster of a session job.
func (Catalogue) FLK502() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "cluster of a session job is not there", Severity: diag.Error,
			What: "The FlinkDeployment that a FlinkSessionJob names is not in its namespace. It is a warning where the input may be " +
				"a part of the platform " +
				"and the name stands in another namespace, and a note where it stands nowhere.",
			Why:    "The operator looks for the cluster in the job's own namespace alone, and waits for it for ever.",
			Bad:    "kind: FlinkSessionJob\nspec: {deploymentName: adhok}\n---\n" + sessionPairExample("team-a"),
			Good:   "kind: FlinkSessionJob\nspec: {deploymentName: adhoc}\n---\n" + sessionPairExample("team-a"),
			Source: "flink-kubernetes-operator 1.15, FlinkSessionJobSpec.deploymentName",
			Flags:  []string{"--complete"},
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			if j.Cluster != nil || j.Spec.DeploymentName == "" {
				return
			}
			// One that does not decode is there all the same.
			elsewhere := ""
			for _, s := range j.World.Subjects {
				if s.Key.Kind != v1beta1.KindFlinkDeployment || s.Key.Name != j.Spec.DeploymentName {
					continue
				}
				if s.Key.Namespace == j.Key.Namespace {
					return
				}
				elsewhere = s.Key.Namespace
			}
			out := model.Problem{
				Field: j.Field("deploymentName"), Severity: absence(j.World),
				Message: "FlinkDeployment " + named(j.Key.Namespace, j.Spec.DeploymentName) + " " + notSeen(j.World),
				Hint:    "name a session cluster " + inNamespace(j.Key.Namespace),
			}
			if elsewhere != "" {
				out.Severity = doubt(j.World)
				out.Hint = "one of that name is in namespace " + elsewhere + ": a session job must be in the namespace of its cluster"
			}
			say(out)
		},
	}
}

// sessionPairExample is a session cluster that needs nothing else.
func sessionPairExample(namespace string) string {
	return "kind: FlinkDeployment\nmetadata: {name: adhoc, namespace: " + namespace + "}\nspec:\n  job: null\n  " +
		"serviceAccount: default\n"
}
