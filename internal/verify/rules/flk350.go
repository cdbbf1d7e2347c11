package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK350 computes the JobManager's memory.
func (Catalogue) FLK350() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "a JobManager whose memory cannot be computed", Severity: diag.Error,
			What: "`jobManager.resource.memory` and the options `jobmanager.memory.*` do not fit together: Flink cannot divide the process's memory " +
				"into heap, off-heap memory, metaspace and overhead. What is not set has Flink's defaults: 128 MiB off-heap, 256 MiB metaspace, " +
				"and a tenth of the process, but at least 192 MiB, for overhead.",
			Why:    "The JobManager does not start: Flink refuses the configuration.",
			Bad:    "kind: FlinkDeployment\nspec:\n  jobManager:\n    resource: {memory: 512m}\n",
			Good:   "kind: FlinkDeployment\nspec:\n  jobManager:\n    resource: {memory: 1024m}\n",
			Source: "apache/flink 1.17 to 2.2, ProcessMemoryUtils and JobManagerFlinkMemoryUtils",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			_, failure, ok := jobManagerMemory(c)
			if !ok || failure == nil || !readable(failure) {
				return
			}
			say(model.Problem{
				Field:   memoryField(c, "jobManager", failure.Key, jobManagerResource(c)),
				Message: "the JobManager's memory cannot be computed: " + failure.Reason,
				Hint:    leastJobManager(c),
			})
		},
	}
}
