// Package memory computes the memory of JobManagers and TaskManagers as Flink
// does when it starts them, with every reason for which it refuses to.
//
// Source: apache/flink 1.17 to 2.2, ProcessMemoryUtils.java,
// JobManagerFlinkMemoryUtils.java, TaskExecutorFlinkMemoryUtils.java,
// MemoryBackwardsCompatibilityUtils.java. Compared with those in
// testdata/flink-*.tsv (`make oracle-flink`). It may import flink.
package memory

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// Find returns the text of the first of the keys that is set, as
// flink.Config.Find does.
type Find func(keys ...string) (text string, ok bool)

// Process is what the memory of every process of Flink's is made of, in bytes.
type Process struct {
	// Total is the size of the process, which is that of the container. Flink is
	// its part without Metaspace and Overhead of the JVM.
	Total, Flink, Metaspace, Overhead int64
}

// JobManager is the memory of a JobManager in bytes. Flink is Heap and OffHeap.
type JobManager struct {
	Process
	Heap, OffHeap int64
}

// TaskManager is the memory of a TaskManager in bytes. Flink is the sum of its
// six parts.
type TaskManager struct {
	Process
	FrameworkHeap, TaskHeap, FrameworkOffHeap, TaskOffHeap, Network, Managed int64
}

// String is the breakdown in one line.
func (m JobManager) String() string {
	return breakdown("process", m.Total, "heap", m.Heap, "off-heap", m.OffHeap, "metaspace", m.Metaspace, "overhead", m.Overhead)
}

// String is the breakdown in one line.
func (m TaskManager) String() string {
	return breakdown("process", m.Total, "task heap", m.TaskHeap, "task off-heap", m.TaskOffHeap,
		"managed", m.Managed, "network", m.Network,
		"framework heap", m.FrameworkHeap, "framework off-heap", m.FrameworkOffHeap,
		"metaspace", m.Metaspace, "overhead", m.Overhead)
}

// breakdown writes names and sizes; sizes of 0 are left out.
func breakdown(parts ...any) string {
	var out []string
	for i := 0; i < len(parts); i += 2 {
		if size, _ := parts[i+1].(int64); size != 0 {
			out = append(out, fmt.Sprintf("%s %s", parts[i], Size(size)))
		}
	}
	return strings.Join(out, ", ")
}

// Size writes bytes for people: "1.5 GiB", "26 MiB", "100 KiB".
func Size(n int64) string {
	for _, unit := range []struct {
		bytes int64
		name  string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.bytes || n <= -unit.bytes {
			text := fmt.Sprintf("%.1f", float64(n)/float64(unit.bytes))
			return strings.TrimSuffix(text, ".0") + " " + unit.name
		}
	}
	return fmt.Sprintf("%d bytes", n)
}

// Error is why Flink refuses to start a process.
type Error struct {
	// Key is the option that the reason names first; it need not be set.
	Key string
	// Reason is one line, lower case, without a trailing dot.
	Reason string
}

// Error is the reason.
func (e *Error) Error() string { return e.Reason }

// ForJobManager computes the memory of a JobManager. The error is an *Error.
func ForJobManager(v flink.Version, find Find) (JobManager, error) {
	c := calculation{conf: conf{find: find}, role: "jobmanager.", legacy: !v.AtLeast(2, 0)}
	c.run([]string{"jobmanager.memory.heap.size"}, c.jobManagerFromParts, c.jobManagerFromFlink)
	return JobManager{Process: c.out.Process, Heap: c.heap, OffHeap: c.offHeap}, c.error()
}

// ForTaskManager computes the memory of a TaskManager. The error is an *Error.
func ForTaskManager(v flink.Version, find Find) (TaskManager, error) {
	c := calculation{conf: conf{find: find}, role: "taskmanager.", legacy: !v.AtLeast(2, 0)}
	parts := []string{"taskmanager.memory.task.heap.size", "taskmanager.memory.managed.size"}
	c.run(parts, c.taskManagerFromParts, c.taskManagerFromFlink)
	return c.out, c.error()
}
