package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK307 is about high availability without a place for what it keeps.
func (Catalogue) FLK307() Rule {
	const job = "kind: FlinkDeployment\nspec:\n  serviceAccount: default\n  flinkConfiguration:\n" +
		"    high-availability.type: kubernetes\n    high-availability.storageDir: "
	return Rule{
		Entry: diag.Entry{
			Title: "high availability without storageDir", Severity: diag.Error,
			What: "high-availability.type is kubernetes or zookeeper, and high-availability.storageDir is not set. It is a warning " +
				"where the operator's own configuration, which may set it, is not in the input. Of EMR, which has a field for it, " +
				"FLK415 speaks.",
			Why: "The operator accepts the resource, and the JobManager ends at start-up: Configuration is missing the mandatory " +
				"parameter.",
			Bad:  job + "null\n",
			Good: job + "s3://flink-data/orders/ha\n",
			Source: "apache/flink, HighAvailabilityServicesUtils.getClusterHighAvailableStoragePath, " +
				"HighAvailabilityOptions.HA_STORAGE_PATH",
			Flags: []string{"--complete"},
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			mode := c.Config.Text(flink.HAKeys()...)
			known := strings.EqualFold(mode, "kubernetes") || strings.EqualFold(mode, "zookeeper") ||
				mode == "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"
			if !known || forEMR(c) || c.Config.Text("high-availability.storageDir", "high-availability.zookeeper.storageDir",
				"recovery.zookeeper.storageDir") != "" {
				return
			}
			p := model.Problem{
				Field:   ownKey(c, flink.HAKeys()),
				Message: fmt.Sprintf("high availability is %s, and high-availability.storageDir is not set", mode),
				Hint:    orOperator(c.World, "set high-availability.storageDir to a durable place, such as s3://BUCKET/PREFIX"),
			}
			if !c.World.Complete && c.World.Operator.Seen == nil {
				p.Severity = new(diag.Warning)
			}
			say(p)
		},
	}
}
