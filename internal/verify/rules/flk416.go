package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK416 is about a storageDir outside of S3.
func (Catalogue) FLK416() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  jobManager:\n    storageDir: "
	return Rule{
		Entry: diag.Entry{
			Title: "storageDir of EMR is not in S3", Severity: diag.Error,
			What:   "`jobManager.storageDir` is not a place in S3.",
			Why:    "AWS supports S3 paths alone for it: every JobManager must reach it, also the one that takes over.",
			Bad:    emrJob(job + "file:///opt/flink/ha\n"),
			Good:   emrJob(job + "s3://flink-data/orders/ha\n"),
			Source: "EMR on EKS guide, page jobruns-flink-using-ha",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			jm := c.Spec.JobManager
			if !c.EMRHighAvailability() || jm == nil || jm.StorageDir == "" ||
				isS3(jm.StorageDir) || placeholder(jm.StorageDir) != "" {
				return
			}
			say(model.Problem{
				Field:   c.Field("jobManager", "storageDir"),
				Message: fmt.Sprintf("storageDir %q is not a place in S3", jm.StorageDir),
				Hint:    "write s3://BUCKET/PREFIX",
			})
		},
	}
}
