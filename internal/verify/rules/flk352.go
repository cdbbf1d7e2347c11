package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/memory"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK352 judges sizes that Flink takes and that are hardly enough.
func (Catalogue) FLK352() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "hardly any memory left for the job", Severity: diag.Warning,
			What: "Flink can divide the memory, and leaves less than 128 MiB of heap for the JobManager or for the tasks of a TaskManager, or no " +
				"managed memory although the state backend is RocksDB.",
			Why: "128 MiB is the least heap that Flink recommends; with less a job ends in OutOfMemoryError soon. A TaskManager of 1024m has 26 MiB " +
				"for all of its tasks. RocksDB takes its block cache and write buffers from managed memory.",
			Bad:    "kind: FlinkDeployment\nspec:\n  taskManager:\n    resource: {memory: 1024m}\n",
			Good:   "kind: FlinkDeployment\nspec:\n  taskManager:\n    resource: {memory: 1728m}\n",
			Source: "apache/flink, JobManagerOptions.MIN_JVM_HEAP_SIZE, RocksDBMemoryConfiguration; docs/deployment/memory/mem_setup_tm.md",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			const least = 128 << 20
			if m, failure, ok := jobManagerMemory(c); ok && failure == nil && m.Heap < least {
				say(model.Problem{
					Field:   memoryField(c, "jobManager", "jobmanager.memory.heap.size", jobManagerResource(c)),
					Message: fmt.Sprintf("the JobManager has a heap of %s (%s)", memory.Size(m.Heap), m),
					Hint:    "give the JobManager more memory, for example 1600m: " + sizeField(model.JobManager, "memory"),
				})
			}
			m, failure, ok := taskManagerMemory(c)
			if !ok || failure != nil {
				return
			}
			if m.TaskHeap < least {
				say(model.Problem{
					Field:   memoryField(c, "taskManager", "taskmanager.memory.task.heap.size", taskManagerResource(c)),
					Message: fmt.Sprintf("a TaskManager has %s of heap for its tasks (%s)", memory.Size(m.TaskHeap), m),
					Hint: "give the TaskManager more memory, for example 1728m, in " + sizeField(model.TaskManager, "memory") +
						", or make taskmanager.memory.managed.fraction smaller",
				})
			}
			if m.Managed == 0 && usesRocksDB(c) {
				say(model.Problem{
					Field:   memoryField(c, "taskManager", "taskmanager.memory.managed.size", taskManagerResource(c)),
					Message: "RocksDB takes its memory from managed memory, and there is none",
					Hint:    "give taskmanager.memory.managed.fraction 0.4, or set state.backend.rocksdb.memory.fixed-per-slot",
				})
			}
		},
	}
}

// usesRocksDB reports whether the state backend is RocksDB that sizes itself by
// managed memory.
func usesRocksDB(c *model.Cluster) bool {
	backend := c.Config.Text("state.backend.type", "state.backend")
	fixed := c.Config.Text("state.backend.rocksdb.memory.fixed-per-slot", "state.backend.rocksdb.memory.fixed-per-tm")
	return (backend == "rocksdb" || strings.HasSuffix(backend, "RocksDBStateBackendFactory")) && fixed == "" &&
		c.Config.Bool(true, "state.backend.rocksdb.memory.managed")
}
