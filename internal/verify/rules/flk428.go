package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK428 is about EMR's fields where the operator is Apache's.
func (Catalogue) FLK428() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "field of EMR with Apache's operator", Severity: diag.Error,
			What: "A FlinkDeployment has a field of EMR's, and `--distribution=apache` says that the operator is Apache's.",
			Why: "Apache's CRD has none of these fields: the API server refuses them, or drops them where it does not validate " +
				"strictly.",
			Bad: "kind: FlinkDeployment\nspec:\n  emrReleaseLabel: emr-7.12.0-flink-latest\n" +
				"  jobManager:\n    storageDir: s3://flink-data/orders/ha\n",
			Good: "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    high-availability.storageDir: " +
				"s3://flink-data/orders/high-availability\n",
			Flags:  []string{"--distribution=apache"},
			Source: "flink-kubernetes-operator 1.5 to 1.15, flinkdeployments.flink.apache.org-v1.yml",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.World.Distribution != model.Apache {
				return
			}
			for _, path := range emrFields(c) {
				say(model.Problem{
					Field:   c.Field(path...),
					Message: strings.Join(path, ".") + " is a field of EMR, which Apache's operator does not have",
					Hint:    "leave it out, or say --distribution=emr",
				})
			}
		},
	}
}

// emrFields lists the fields of EMR that a cluster sets, below its spec.
func emrFields(c *model.Cluster) [][]string {
	var out [][]string
	if c.Spec.EMRReleaseLabel != "" {
		out = append(out, []string{"emrReleaseLabel"})
	}
	if c.Spec.ExecutionRoleARN != "" {
		out = append(out, []string{"executionRoleArn"})
	}
	if c.Spec.MonitoringConfiguration != nil {
		out = append(out, []string{"monitoringConfiguration"})
	}
	if jm := c.Spec.JobManager; jm != nil {
		if jm.HighAvailabilityEnabled != nil {
			out = append(out, []string{"jobManager", "highAvailabilityEnabled"})
		}
		if jm.StorageDir != "" {
			out = append(out, []string{"jobManager", "storageDir"})
		}
	}
	return out
}
