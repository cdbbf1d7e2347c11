package memory

import (
	"math"
	"strconv"
	"strings"
)

// calculation is that of one process.
type calculation struct {
	conf
	// role is "jobmanager." or "taskmanager.", and legacy says that the options of
	// Flink 1.9 still count: until 2.0.
	role   string
	legacy bool

	out           TaskManager
	heap, offHeap int64
}

// error is the failure as an error, nil if there is none.
func (c *calculation) error() error {
	if c.failure == nil {
		return nil
	}
	return c.failure
}

const mib = 1 << 20

// run computes: from parts if all of the fine-grained options are set, else from
// the size of Flink's memory, else from that of the process.
func (c *calculation) run(parts []string, fromParts func(), fromFlink func(size int64)) {
	c.readLegacy()
	process, flinkSize := c.role+"memory.process.size", c.role+"memory.flink.size"
	fine := true
	for _, key := range parts {
		fine = fine && c.has(key)
	}
	switch {
	case fine:
		fromParts()
		c.aroundFlink()
	case c.has(flinkSize):
		c.out.Flink = c.size(flinkSize, 0)
		fromFlink(c.out.Flink)
		c.aroundFlink()
	case c.has(process):
		c.insideProcess(c.size(process, 0))
		fromFlink(c.out.Flink)
	default:
		c.fail(process, "none of %s, %s, %s is set", process, flinkSize, strings.Join(parts, " with "))
	}
}

// readLegacy lets the sizes of Flink 1.9 stand for that of the process, as
// Flink's Kubernetes client does.
func (c *calculation) readLegacy() {
	process := c.role + "memory.process.size"
	if !c.legacy || c.has(process) {
		return
	}
	text, ok := c.find(c.role + "heap.size")
	if ok {
		c.size(c.role+"heap.size", 0)
	} else if text, ok = c.find(c.role + "heap.mb"); ok {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 0 {
			c.fail(c.role+"heap.mb", "%s: %q is no number of megabytes", c.role+"heap.mb", text)
		}
		text = strconv.FormatInt(n, 10) + "m"
	}
	if !ok {
		return
	}
	find := c.find
	c.find = func(keys ...string) (string, bool) {
		if len(keys) == 1 && keys[0] == process {
			return text, true
		}
		return find(keys...)
	}
}

func (c *calculation) overhead() share {
	return c.share(c.role+"memory.jvm-overhead.fraction", 0.1,
		c.size(c.role+"memory.jvm-overhead.min", 192*mib), c.size(c.role+"memory.jvm-overhead.max", 1024*mib))
}

// insideProcess takes the JVM's own memory from that of the process.
func (c *calculation) insideProcess(total int64) {
	key := c.role + "memory.process.size"
	c.out.Total = total
	c.out.Metaspace = c.size(c.role+"memory.jvm-metaspace.size", 256*mib)
	c.out.Overhead = c.overhead().of(total)
	if own := c.add(key, c.out.Metaspace, c.out.Overhead); own > total {
		c.fail(key, "the process has %s, and the JVM's metaspace of %s and overhead of %s do not fit into it",
			Size(total), Size(c.out.Metaspace), Size(c.out.Overhead))
	}
	c.out.Flink = total - c.out.Metaspace - c.out.Overhead
}

// aroundFlink puts the JVM's own memory around Flink's.
func (c *calculation) aroundFlink() {
	key := c.role + "memory.process.size"
	c.out.Metaspace = c.size(c.role+"memory.jvm-metaspace.size", 256*mib)
	inner := c.add(key, c.out.Flink, c.out.Metaspace)
	if !c.has(key) {
		c.out.Overhead = c.overhead().beside(inner)
		c.out.Total = c.add(key, inner, c.out.Overhead)
		return
	}
	c.out.Total = c.size(key, 0)
	if inner > c.out.Total {
		c.fail(key, "the process has %s, which is less than Flink's memory of %s and the JVM's metaspace of %s",
			Size(c.out.Total), Size(c.out.Flink), Size(c.out.Metaspace))
	}
	c.out.Overhead = c.out.Total - inner
	if s := c.overhead(); c.out.Overhead > s.max || c.out.Overhead < s.min {
		c.fail(key, "%s of the process's %s are left for the JVM's overhead, which must be between %s and %s",
			Size(c.out.Overhead), Size(c.out.Total), Size(s.min), Size(s.max))
	}
}

func (c *calculation) jobManagerFromParts() {
	const total = "jobmanager.memory.flink.size"
	c.heap = c.size("jobmanager.memory.heap.size", 0)
	c.offHeap = c.size("jobmanager.memory.off-heap.size", 128*mib)
	c.out.Flink = c.add(total, c.heap, c.offHeap)
	if !c.has(total) {
		return
	}
	size := c.size(total, 0)
	if _, set := c.find("jobmanager.memory.off-heap.size"); !set && size >= c.heap { // it is the rest
		c.offHeap, c.out.Flink = size-c.heap, size
	}
	if size != c.out.Flink {
		c.fail(total, "%s is %s, but heap of %s and off-heap of %s make %s",
			total, Size(size), Size(c.heap), Size(c.offHeap), Size(c.out.Flink))
	}
}

func (c *calculation) jobManagerFromFlink(size int64) {
	c.offHeap = c.size("jobmanager.memory.off-heap.size", 128*mib)
	if size <= c.offHeap {
		c.fail("jobmanager.memory.off-heap.size", "%s are left for Flink, and off-heap memory takes %s, so there is no heap%s",
			Size(size), Size(c.offHeap), c.around())
	}
	c.heap = size - c.offHeap
}

// around says what else the process is made of, if that is known.
func (c *calculation) around() string {
	if c.out.Total == 0 {
		return ""
	}
	return " (process " + Size(c.out.Total) + ", metaspace " + Size(c.out.Metaspace) + ", overhead " + Size(c.out.Overhead) + ")"
}

// taskManagerFixed reads the parts of a TaskManager that are never derived.
func (c *calculation) taskManagerFixed() {
	c.out.FrameworkHeap = c.size("taskmanager.memory.framework.heap.size", 128*mib)
	c.out.FrameworkOffHeap = c.size("taskmanager.memory.framework.off-heap.size", 128*mib)
	c.out.TaskOffHeap = c.size("taskmanager.memory.task.off-heap.size", 0)
}

func (c *calculation) network() share {
	return c.share("taskmanager.memory.network.fraction", 0.1,
		c.size("taskmanager.memory.network.min", 64*mib), c.size("taskmanager.memory.network.max", math.MaxInt64))
}

func (c *calculation) managed(flinkSize int64) int64 {
	if c.has("taskmanager.memory.managed.size") {
		return c.size("taskmanager.memory.managed.size", 0)
	}
	return c.share("taskmanager.memory.managed.fraction", 0.4, 0, math.MaxInt64).of(flinkSize)
}

func (c *calculation) taskManagerFromParts() {
	const total = "taskmanager.memory.flink.size"
	c.out.TaskHeap = c.size("taskmanager.memory.task.heap.size", 0)
	c.out.Managed = c.size("taskmanager.memory.managed.size", 0)
	c.taskManagerFixed()
	rest := c.rest(total)
	if c.has(total) {
		c.out.Flink = c.size(total, 0)
		c.networkIsTheRest(total)
		return
	}
	if n, ok := c.buffers(); ok {
		c.out.Network = n
	} else {
		c.out.Network = c.network().beside(rest)
	}
	c.out.Flink = c.add(total, rest, c.out.Network)
}

// rest is all of Flink's memory that is known so far.
func (c *calculation) rest(key string) int64 {
	m := c.out
	return c.add(key, m.FrameworkHeap, m.FrameworkOffHeap, m.TaskHeap, m.TaskOffHeap, m.Network, m.Managed)
}

// networkIsTheRest gives network memory what Flink's memory has left.
func (c *calculation) networkIsTheRest(key string) {
	rest := c.rest(key)
	if rest > c.out.Flink {
		c.tooLittle(key, rest)
	}
	c.out.Network = c.out.Flink - rest
	if n, ok := c.buffers(); ok {
		if n != c.out.Network {
			c.fail("taskmanager.network.numberOfBuffers",
				"taskmanager.network.numberOfBuffers makes %s of network memory, and %s are left for it", Size(n), Size(c.out.Network))
		}
		return
	}
	if s := c.network(); c.out.Network > s.max || c.out.Network < s.min {
		c.fail("taskmanager.memory.network.min", "%s of Flink's %s are left for network memory, which must be between %s and %s%s",
			Size(c.out.Network), Size(c.out.Flink), Size(s.min), Size(s.max), c.around())
	}
}

func (c *calculation) taskManagerFromFlink(size int64) {
	const key = "taskmanager.memory.flink.size"
	c.taskManagerFixed()
	if c.has("taskmanager.memory.task.heap.size") {
		c.out.TaskHeap = c.size("taskmanager.memory.task.heap.size", 0)
		c.out.Managed = c.managed(size)
		c.networkIsTheRest("taskmanager.memory.task.heap.size")
		return
	}
	c.out.Managed = c.managed(size)
	if n, ok := c.buffers(); ok {
		c.out.Network = n
	} else {
		c.out.Network = c.network().of(size)
	}
	rest := c.rest(key)
	if rest > size {
		c.tooLittle(key, rest)
	}
	c.out.TaskHeap = size - rest
}

// tooLittle fails since the parts are more than the whole.
func (c *calculation) tooLittle(key string, rest int64) {
	m := c.out
	m.Total, m.Metaspace, m.Overhead = 0, 0, 0
	c.fail(key, "%s are left for Flink, and its parts take %s: %s%s", Size(c.out.Flink), Size(rest), m, c.around())
}

// buffers is network memory by the number of buffers of Flink 1.4.
func (c *calculation) buffers() (int64, bool) {
	const key = "taskmanager.network.numberOfBuffers"
	text, ok := c.find(key)
	if !ok || !c.legacy || c.has("taskmanager.memory.network.min") || c.has("taskmanager.memory.network.max") ||
		c.has("taskmanager.memory.network.fraction") {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		c.fail(key, "%s: %q is no integer", key, text)
	}
	page := c.size("taskmanager.memory.segment-size", 32<<10)
	if page < 4096 || page&(page-1) != 0 || page > math.MaxInt32 {
		c.fail("taskmanager.memory.segment-size",
			"taskmanager.memory.segment-size is %s, want a power of two from 4 KiB on", Size(page))
	}
	if n < 0 {
		c.fail(key, "%s is %d", key, n)
	}
	return n * page, true
}
