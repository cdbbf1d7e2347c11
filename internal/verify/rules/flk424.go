package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK424 is about what a block of monitoringConfiguration must have.
func (Catalogue) FLK424() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "monitoringConfiguration is not whole", Severity: diag.Warning,
			What: "A block of `monitoringConfiguration` lacks a member that it must have: `logUri`, `logGroupName`, or " +
				"`rotationSize` and `maxFilesToKeep`.",
			Why: "AWS's page marks them as required. The log sidecar would not know where to write; whether EMR refuses the " +
				"resource is not confirmed.",
			Bad: monitoringJob("    cloudWatchMonitoringConfiguration:\n      logStreamNamePrefix: orders\n"),
			Good: monitoringJob("    cloudWatchMonitoringConfiguration:\n      logGroupName: /aws/emr-flink/orders\n      " +
				"logStreamNamePrefix: orders\n"),
			Source: "EMR on EKS guide, page jobruns-flink-monitoring-configuration",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			m := c.Spec.MonitoringConfiguration
			if m == nil {
				return
			}
			missing := func(block, member string) {
				say(model.Problem{
					Field: c.Field("monitoringConfiguration", block, member), Message: fmt.Sprintf("%s has no %s", block, member),
					Hint: "set " + member + ", or leave the block out",
				})
			}
			if b := m.S3MonitoringConfiguration; b != nil && b.LogURI == "" {
				missing("s3MonitoringConfiguration", "logUri")
			}
			if b := m.CloudWatchMonitoringConfiguration; b != nil && b.LogGroupName == "" {
				missing("cloudWatchMonitoringConfiguration", "logGroupName")
			}
			if b := m.ContainerLogRotationConfiguration; b != nil && b.RotationSize == "" {
				missing("containerLogRotationConfiguration", "rotationSize")
			}
			if b := m.ContainerLogRotationConfiguration; b != nil && b.MaxFilesToKeep == nil {
				missing("containerLogRotationConfiguration", "maxFilesToKeep")
			}
		},
	}
}
