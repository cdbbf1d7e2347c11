package rules

import (
	"errors"
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/memory"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// memoryOf looks up options of a process's memory: the effective configuration,
// in which the operator sets the size of the process from resource.memory
// (FlinkConfigBuilder.setResource). size is a resource's memory, nil if the resource
// does not say; ok is false if it says something that is no size, which another
// rule says.
func memoryOf(c *model.Cluster, key string, r *v1beta1.Resource) (find memory.Find, ok bool) {
	find = func(keys ...string) (string, bool) {
		s, set := c.Config.Find(keys...)
		return strings.TrimSpace(s.Value), set && strings.TrimSpace(s.Value) != ""
	}
	if r == nil || r.Memory == "" {
		return find, true
	}
	bytes, err := flink.ParseMemory(r.Memory)
	if err != nil {
		return nil, false
	}
	inner := find
	return func(keys ...string) (string, bool) {
		if keys[0] == key {
			return flink.FormatMemory(bytes), true
		}
		return inner(keys...)
	}, true
}

func jobManagerResource(c *model.Cluster) *v1beta1.Resource {
	if c.Spec.JobManager == nil {
		return nil
	}
	return c.Spec.JobManager.Resource
}

func taskManagerResource(c *model.Cluster) *v1beta1.Resource {
	if c.Spec.TaskManager == nil {
		return nil
	}
	return c.Spec.TaskManager.Resource
}

// jobManagerMemory computes the JobManager's memory. ok is false if nothing
// gives it a size, or one that cannot be read.
func jobManagerMemory(c *model.Cluster) (m memory.JobManager, failure *memory.Error, ok bool) {
	const key = "jobmanager.memory.process.size"
	find, ok := memoryOf(c, key, jobManagerResource(c))
	if !ok || !anySet(find, key, "jobmanager.memory.flink.size", "jobmanager.memory.heap.size") {
		return m, nil, false
	}
	m, err := memory.ForJobManager(c.Flink, find)
	errors.As(err, &failure)
	return m, failure, true
}

// taskManagerMemory computes a TaskManager's memory: see jobManagerMemory.
func taskManagerMemory(c *model.Cluster) (m memory.TaskManager, failure *memory.Error, ok bool) {
	const key = "taskmanager.memory.process.size"
	find, ok := memoryOf(c, key, taskManagerResource(c))
	if !ok || !anySet(find, key, "taskmanager.memory.flink.size", "taskmanager.memory.task.heap.size") {
		return m, nil, false
	}
	m, err := memory.ForTaskManager(c.Flink, find)
	errors.As(err, &failure)
	return m, failure, true
}

// leastMemory words what to do about a process that is too small: the least size,
// in steps of 64 MiB, at which its memory can be computed, where there is one.
func leastMemory(what string, component model.Component, key string, find memory.Find, computes func(memory.Find) error) string {
	const step, most = 64 << 20, 64 << 30
	more := "more memory"
	if _, set := find(key); set {
		for size := int64(step); size <= most; size += step {
			with := func(keys ...string) (string, bool) {
				if keys[0] == key {
					return flink.FormatMemory(size), true
				}
				return find(keys...)
			}
			if computes(with) == nil {
				more = fmt.Sprintf("at least %d MiB", size>>20)
				break
			}
		}
	}
	return fmt.Sprintf("give the %s %s, %s, or make the fixed sizes smaller", what, more, sizeField(component, "memory"))
}

// leastJobManager is leastMemory of the cluster's JobManager.
func leastJobManager(c *model.Cluster) string {
	const key = "jobmanager.memory.process.size"
	find, _ := memoryOf(c, key, jobManagerResource(c))
	return leastMemory("JobManager", model.JobManager, key, find, func(find memory.Find) error {
		_, err := memory.ForJobManager(c.Flink, find)
		return err
	})
}

// leastTaskManager is leastMemory of the cluster's TaskManager.
func leastTaskManager(c *model.Cluster) string {
	const key = "taskmanager.memory.process.size"
	find, _ := memoryOf(c, key, taskManagerResource(c))
	return leastMemory("TaskManager", model.TaskManager, key, find, func(find memory.Find) error {
		_, err := memory.ForTaskManager(c.Flink, find)
		return err
	})
}

// readable reports whether what the reason is about is a value that can be read:
// FLK300 says the others.
func readable(failure *memory.Error) bool { return !strings.Contains(failure.Reason, ": \"") }

func anySet(find memory.Find, keys ...string) bool {
	_, ok := find(keys...)
	for _, key := range keys {
		if _, set := find(key); set {
			ok = true
		}
	}
	return ok
}

// memoryField is where a problem with memory is: the option if the resource
// sets it, else the resource's size, else the role as a whole.
func memoryField(c *model.Cluster, role, key string, r *v1beta1.Resource) []string {
	switch _, own := c.Own[key]; {
	case own && !strings.HasSuffix(key, ".process.size"):
		return c.Setting(key)
	case r != nil && r.Memory != "":
		return c.Field(role, "resource", "memory")
	case own:
		return c.Setting(key)
	default:
		return c.Field(role)
	}
}
