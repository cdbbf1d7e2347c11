package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK302 judges keys that this version of Flink no longer has.
func (Catalogue) FLK302() Rule {
	cluster, job := keysRule(func(k keySet, say model.Say) {
		k.each(func(key, _ string, o catalog.Option) {
			if o.In(k.flink) || o.Removed.IsZero() || k.flink.Compare(o.Removed) < 0 {
				return
			}
			hint := "take it out"
			if instead := replacement(key); instead != "" {
				hint = instead
			}
			say(model.Problem{
				Field:   k.field(key),
				Message: fmt.Sprintf("%s was removed in Flink %s, and Flink %s ignores it", key, o.Removed.Image(), k.flink.Image()),
				Hint:    hint,
			})
		})
	})
	return Rule{
		Entry: diag.Entry{
			Title: "a key that this Flink version no longer has", Severity: diag.Warning,
			What:   "A key in `flinkConfiguration` is one of an older Flink, and the version of the cluster has neither the option nor the old name.",
			Why:    "Flink ignores it without a word. With `security.ssl.enabled`, for example, connections are no longer encrypted.",
			Bad:    "kind: FlinkDeployment\nspec:\n  image: flink:2.0.2\n  flinkVersion: v2_0\n  flinkConfiguration:\n    security.ssl.enabled: \"true\"\n",
			Good:   "kind: FlinkDeployment\nspec:\n  image: flink:2.0.2\n  flinkVersion: v2_0\n  flinkConfiguration:\n    security.ssl.internal.enabled: \"true\"\n",
			Source: "the options in the jars of Flink 1.17 to 2.2; apache/flink, release-notes/flink-2.0.md",
		},
		Cluster: cluster, SessionJob: job,
	}
}

// replacement says what Flink 2 has in the place of a removed key.
func replacement(key string) string {
	switch key {
	case "security.ssl.enabled":
		return "set security.ssl.internal.enabled and security.ssl.rest.enabled"
	case "jobmanager.heap.size", "jobmanager.heap.mb":
		return "set " + sizeField(model.JobManager, "memory") + ", or jobmanager.memory.process.size"
	case "taskmanager.heap.size", "taskmanager.heap.mb":
		return "set " + sizeField(model.TaskManager, "memory") + ", or taskmanager.memory.process.size"
	case "taskmanager.network.numberOfBuffers":
		return "set taskmanager.memory.network.min and taskmanager.memory.network.max"
	case "cluster.evenly-spread-out-slots":
		return "set taskmanager.load-balance.mode to SLOTS"
	case "high-availability.job.delay":
		return "take it out; nothing replaces it"
	case "pipeline.registered-kryo-types", "pipeline.registered-pojo-types", "pipeline.default-kryo-serializers":
		return "set pipeline.serialization-config"
	case "taskmanager.network.blocking-shuffle.compression.enabled", "taskmanager.network.batch-shuffle.compression.enabled":
		return "set taskmanager.network.compression.codec"
	default:
		return ""
	}
}
