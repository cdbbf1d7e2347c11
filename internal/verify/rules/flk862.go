package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK862 is about a session cluster that takes no jars.
func (Catalogue) FLK862() Rule {
	const session = "kind: FlinkDeployment\nspec:\n  job: null\n  flinkConfiguration:\n    web.submit.enable: %s\n---\n" +
		"kind: FlinkSessionJob\nmetadata:\n  name: top-speed\nspec:\n  deploymentName: orders\n"
	return Rule{
		Entry: diag.Entry{
			Title: "session cluster takes no jobs from the operator", Severity: diag.Error,
			What: "A session cluster has `web.submit.enable: false`, and a FlinkSessionJob runs on it.",
			Why: "The operator uploads the jar of a session job and runs it through the REST API that this setting takes away: the job " +
				"never starts. It does not protect the cluster either: `POST /jobs` stays.",
			Bad: fmt.Sprintf(session, `"false"`), Good: fmt.Sprintf(session, `"true"`),
			Source: "flink-kubernetes-operator 1.15, AbstractFlinkService.submitJobToSessionCluster; Flink 1.20, DispatcherRestEndpoint",
		},
		Across: func(w *model.World) Across {
			return Across{Cluster: func(c *model.Cluster, say model.Say) {
				if !c.Session() || c.Config.Text("web.submit.enable") != "false" {
					return
				}
				for _, j := range w.SessionJobs {
					if j.On(c) {
						say(model.Problem{
							Subject: c.Subject, Field: c.Setting("web.submit.enable"),
							Message: fmt.Sprintf("without web submission the operator cannot start session job %s", j.Key.Name),
							Hint:    "take web.submit.enable out, and keep the web interface behind a login",
						})
						return
					}
				}
			}}
		},
	}
}
