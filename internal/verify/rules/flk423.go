package rules

import (
	"fmt"
	"strconv"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK423 is about the number of log files.
func (Catalogue) FLK423() Rule {
	const lines = "    containerLogRotationConfiguration:\n      rotationSize: 500MB\n      maxFilesToKeep: "
	return Rule{
		Entry: diag.Entry{
			Title: "maxFilesToKeep is out of range", Severity: diag.Warning,
			What: "`maxFilesToKeep` is not a number from 1 to 50.",
			Why: "AWS's page allows this alone. Whether EMR refuses another number is not confirmed; neither is the type: AWS's " +
				"page writes a number, its blueprint a text, and both are taken here.",
			Bad:    monitoringJob(lines + "100\n"),
			Good:   monitoringJob(lines + "\"10\"\n"),
			Source: "EMR on EKS guide, page jobruns-flink-monitoring-configuration",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			r := logRotation(c)
			if r == nil || r.MaxFilesToKeep == nil {
				return
			}
			if n, err := strconv.Atoi(r.MaxFilesToKeep.String()); err == nil && n >= 1 && n <= 50 {
				return
			}
			say(model.Problem{
				Field:   c.Field("monitoringConfiguration", "containerLogRotationConfiguration", "maxFilesToKeep"),
				Message: fmt.Sprintf("maxFilesToKeep is %s, and must be from 1 to 50", r.MaxFilesToKeep),
				Hint:    "write a number from 1 to 50; AWS's default is 10",
			})
		},
	}
}
