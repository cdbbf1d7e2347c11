package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK351 computes a TaskManager's memory.
func (Catalogue) FLK351() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "a TaskManager whose memory cannot be computed", Severity: diag.Error,
			What: "`taskManager.resource.memory` and the options `taskmanager.memory.*` do not fit together: Flink cannot divide the process's " +
				"memory. What is not set has Flink's defaults: of the process 256 MiB metaspace and a tenth, but at least 192 MiB, overhead; of the " +
				"rest 40 % managed memory, a tenth, but at least 64 MiB, network memory, 128 MiB framework heap and 128 MiB framework off-heap.",
			Why:    "No TaskManager starts: Flink refuses the configuration.",
			Bad:    "kind: FlinkDeployment\nspec:\n  taskManager:\n    resource: {memory: 1024m}\n  flinkConfiguration:\n    taskmanager.memory.managed.size: 512m\n",
			Good:   "kind: FlinkDeployment\nspec:\n  taskManager:\n    resource: {memory: 2048m}\n  flinkConfiguration:\n    taskmanager.memory.managed.size: 512m\n",
			Source: "apache/flink 1.17 to 2.2, ProcessMemoryUtils and TaskExecutorFlinkMemoryUtils",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			_, failure, ok := taskManagerMemory(c)
			if !ok || failure == nil || !readable(failure) {
				return
			}
			say(model.Problem{
				Field:   memoryField(c, "taskManager", failure.Key, taskManagerResource(c)),
				Message: "the TaskManager's memory cannot be computed: " + failure.Reason,
				Hint:    leastTaskManager(c),
			})
		},
	}
}
