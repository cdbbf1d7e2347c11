package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK422 is about the size of log files.
func (Catalogue) FLK422() Rule {
	const lines = "    containerLogRotationConfiguration:\n      maxFilesToKeep: 10\n      rotationSize: "
	return Rule{
		Entry: diag.Entry{
			Title: "rotationSize is out of range", Severity: diag.Warning,
			What: "`rotationSize` is no whole number with KB, MB or GB between 2KB and 2GB.",
			Why: "AWS's page allows this alone, without decimals. Whether EMR refuses another, or its log sidecar fails on it, is " +
				"not confirmed.",
			Bad:    monitoringJob(lines + "0.5GB\n"),
			Good:   monitoringJob(lines + "500MB\n"),
			Source: "EMR on EKS guide, page jobruns-flink-monitoring-configuration",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r := logRotation(c)
			if r == nil || r.RotationSize == "" {
				return
			}
			bytes, ok := rotationBytes(r.RotationSize)
			if ok && bytes >= 2<<10 && bytes <= 2<<30 {
				return
			}
			why := "is not between 2KB and 2GB"
			if !ok {
				why = "is no whole number with KB, MB or GB"
			}
			say(model.Problem{
				Field:   c.Field("monitoringConfiguration", "containerLogRotationConfiguration", "rotationSize"),
				Message: fmt.Sprintf("rotationSize %q %s", r.RotationSize, why),
				Hint:    "write it as 500MB",
			})
		},
	}
}
