package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK440 is about the S3 file system of checkpoints.
func (Catalogue) FLK440() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n    state.checkpoints.dir: "
	return Rule{
		Entry: diag.Entry{
			Title: "checkpoints with Hadoop's S3 file system", Severity: diag.Info,
			What: "The checkpoints of an EMR job go to `s3a://`, which is Hadoop's file system.",
			Why:  "EMR has both S3 file systems of Flink, and AWS recommends Presto's, `s3p://`, for checkpoints.",
			Bad:  emrJob(job + "s3a://flink-data/orders/checkpoints\n"), Good: emrJob(job + "s3p://flink-data/orders/checkpoints\n"),
			Source: "EMR on EKS guide, page jobruns-flink-using-ha; apache/flink, docs/content/docs/deployment/filesystems/s3.md",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			s, _ := c.Config.Find(flink.CheckpointDirKeys()...)
			if !forEMR(c) || uriScheme(s.Value) != "s3a" {
				return
			}
			say(model.Problem{
				Field:   c.Setting(s.Key),
				Message: fmt.Sprintf("%s has scheme s3a, and AWS recommends s3p for checkpoints", s.Key),
				Hint:    "write s3p:// in place of s3a://",
			})
		},
	}
}
