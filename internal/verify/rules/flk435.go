package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK435 is about combined restart with another scheduler.
func (Catalogue) FLK435() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n" +
		"    jobmanager.adaptive-scheduler.combined-restart.enabled: \"true\"\n"
	const key = "jobmanager.adaptive-scheduler.combined-restart.enabled"
	return Rule{
		Entry: diag.Entry{
			Title: "combined restart without the adaptive scheduler", Severity: diag.Warning,
			What: "`" + key + "` is true, and `jobmanager.scheduler` is not `adaptive`.",
			Why:  "Combined restart is a part of the adaptive scheduler; with the default one each lost node restarts the job.",
			Bad:  emrJob(job), Good: emrJob(job + "    jobmanager.scheduler: adaptive\n"),
			Source: "EMR on EKS guide, pages jobruns-flink-restart and jobruns-flink-decommission",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			reactive := strings.EqualFold(c.Config.Text("scheduler-mode"), "reactive")
			adaptive := strings.EqualFold(c.Config.Text("jobmanager.scheduler"), "adaptive")
			if !forEMR(c) || !c.Config.Bool(false, key) || reactive || adaptive {
				return
			}
			say(model.Problem{
				Field:   c.Setting(key),
				Message: "combined restart does nothing without the adaptive scheduler",
				Hint:    "set jobmanager.scheduler: adaptive",
			})
		},
	}
}
