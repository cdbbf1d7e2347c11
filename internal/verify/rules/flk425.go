package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK425 is about the form of logUri.
func (Catalogue) FLK425() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "logUri with a scheme", Severity: diag.Info,
			What: "`logUri` is written as a URI, as `s3://bucket/prefix`. Another scheme than S3's, or an ARN, is a warning.",
			Why: "AWS's page shows the logs under `s3://${logUri}/…` and its blueprint writes `bucket/prefix`, so a scheme would " +
				"stand there twice. The page of the Spark operator writes `s3://`; which of the two Flink's sidecar takes is not " +
				"confirmed.",
			Bad:    monitoringJob("    s3MonitoringConfiguration:\n      logUri: s3://flink-logs/orders\n"),
			Good:   monitoringJob("    s3MonitoringConfiguration:\n      logUri: flink-logs/orders\n"),
			Source: "EMR on EKS guide, page jobruns-flink-monitoring-configuration; awslabs/data-on-eks, emr-eks-flink",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			m := c.Spec.MonitoringConfiguration
			if m == nil || m.S3MonitoringConfiguration == nil || placeholder(m.S3MonitoringConfiguration.LogURI) != "" {
				return
			}
			uri := m.S3MonitoringConfiguration.LogURI
			p := model.Problem{
				Field: c.Field("monitoringConfiguration", "s3MonitoringConfiguration", "logUri"),
				Hint:  "write BUCKET/PREFIX",
			}
			switch {
			case isS3(uri):
				p.Message = fmt.Sprintf("logUri %q has a scheme, and it is not confirmed that EMR takes one", uri)
			case uriScheme(uri) != "" || strings.HasPrefix(uri, "arn:"):
				p.Message = fmt.Sprintf("logUri %q is no place in S3", uri)
				p.Severity = new(diag.Warning)
			default:
				return
			}
			say(p)
		},
	}
}
