package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK417 is about standby JobManagers of EMR without high availability.
func (Catalogue) FLK417() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n    high-availability.type: null\n" +
		"  job:\n    upgradeMode: savepoint\n  jobManager:\n    highAvailabilityEnabled: false\n    replicas: "
	return Rule{
		Entry: diag.Entry{
			Title: "replicas of the JobManager with high availability off", Severity: diag.Error,
			What: "`jobManager.highAvailabilityEnabled` is false, and `jobManager.replicas` is not 1.",
			Why: "EMR refuses it, since one JobManager alone can work without high availability. Replicas that are left out are a " +
				"warning: with high availability EMR's default is 2, and what it is without is not confirmed.",
			Bad:    emrJob(job + "2\n"),
			Good:   emrJob(job + "1\n"),
			Source: "EMR on EKS guide, page jobruns-flink-using-ha (\"only 1 replica is supported\")",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			jm := c.Spec.JobManager
			if !forEMR(c) || c.EMRHighAvailability() || jm.Replicas != nil && *jm.Replicas == 1 {
				return
			}
			p := model.Problem{Field: c.Field("jobManager", "replicas"), Hint: "set jobManager.replicas to 1"}
			if jm.Replicas == nil {
				p.Message = "high availability is off, and replicas of the JobManager is not set to 1"
				p.Severity = new(diag.Warning)
			} else {
				p.Message = fmt.Sprintf("high availability is off, and the JobManager has %d replicas", *jm.Replicas)
			}
			say(p)
		},
	}
}
