package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK415 is about EMR's high availability without a place in S3.
func (Catalogue) FLK415() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n    high-availability.type: null\n" +
		"    high-availability.storageDir: null\n"
	return Rule{
		Entry: diag.Entry{
			Title: "high availability of EMR without storageDir", Severity: diag.Error,
			What: "`jobManager.storageDir` is not set, and `jobManager.highAvailabilityEnabled` is not false.",
			Why: "EMR has high availability on by default, and asks for a directory in S3 then. Where `flinkConfiguration` has " +
				"`high-availability.storageDir` it is a warning: whether EMR takes that in its place is not confirmed.",
			Bad:    emrJob(job),
			Good:   emrJob(job + "  jobManager:\n    storageDir: s3://flink-data/orders/ha\n"),
			Source: "EMR on EKS guide, page jobruns-flink-using-ha",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !c.EMRHighAvailability() || c.Spec.JobManager != nil && c.Spec.JobManager.StorageDir != "" {
				return
			}
			p := model.Problem{
				Field:   c.Field("jobManager"),
				Message: "high availability is on, as EMR has it by default, and storageDir is not set",
				Hint:    "set jobManager.storageDir to a directory in S3, or highAvailabilityEnabled: false and replicas: 1",
			}
			if c.Config.Text("high-availability.storageDir") != "" {
				p.Severity = new(diag.Warning)
				p.Message += "; high-availability.storageDir is, but it is not confirmed that EMR takes it in place of storageDir"
			}
			say(p)
		},
	}
}
