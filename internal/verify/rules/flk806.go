package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK806 is about session clusters without high availability.
func (Catalogue) FLK806() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "session cluster without high availability", Severity: diag.Warning,
			What: "A session cluster that session jobs of the input run on has high availability off.",
			Why: "A JobManager that is moved to another node forgets all jobs, and the operator submits them anew, without what " +
				"they knew.",
			Bad:    sessionExample("    high-availability.type: null\n"),
			Good:   sessionExample("    high-availability.type: kubernetes\n"),
			Source: "Flink documentation, High availability, Kubernetes HA services",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !c.Session() || c.HighlyAvailable() {
				return
			}
			for _, j := range c.World.SessionJobs {
				if j.On(c) {
					say(model.Problem{
						Field:   c.Field("flinkConfiguration"),
						Message: "high availability is off: a JobManager that is moved loses " + j.Key.String() + " and all other jobs",
						Hint:    "set high-availability.type: kubernetes and high-availability.storageDir",
					})
					return
				}
			}
		},
	}
}

// sessionExample is a session cluster with the lines in its configuration, and
// a job on it.
func sessionExample(lines string) string {
	return "kind: FlinkDeployment\nmetadata:\n  name: adhoc\nspec:\n  job: null\n  flinkConfiguration:\n" + lines +
		"---\nkind: FlinkSessionJob\nspec:\n  deploymentName: adhoc\n"
}
