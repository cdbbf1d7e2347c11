package pods

import "github.com/helm-flink/helm-flink/internal/flink"

// count tells how many pods of a role there are.
func (in Input) count(role Role) Count {
	if role == JobManager {
		return fixed(in.jobManagers())
	}
	replicas, set := 0, false
	if in.Spec.TaskManager != nil && in.Spec.TaskManager.Replicas != nil {
		replicas, set = int(*in.Spec.TaskManager.Replicas), true
	}
	slots := in.Slots()
	switch {
	case in.Spec.Job == nil && in.standalone():
		// StandaloneKubernetesConfigOptionsInternal: 1 by default.
		if !set {
			replicas = max(1, in.Config.Int(1, "kubernetes.taskmanager.replicas"))
		}
		return fixed(replicas)
	case in.Spec.Job == nil:
		return in.sessionCount(replicas, slots)
	case in.standalone() && set:
		return fixed(replicas)
	case set:
		return in.scaled(replicas, slots)
	default:
		return in.scaled(ceil(in.parallelism(), slots), slots)
	}
}

func fixed(n int) Count { return Count{Start: n, Min: n, Max: n} }

// jobManagers is the number of JobManagers: 1, and with EMR's high
// availability, which is on by default, 2 (EMR on EKS guide, page
// jobruns-flink-using-ha).
func (in Input) jobManagers() int {
	jm := in.Spec.JobManager
	if jm != nil && jm.Replicas != nil && *jm.Replicas > 0 {
		return int(*jm.Replicas)
	}
	if in.EMR && jm.EMRHighAvailability() {
		return 2
	}
	if jm != nil { // the operator's Java default is 1, and it is written over the key
		return 1
	}
	return max(1, in.Config.Int(1, "kubernetes.jobmanager.replicas"))
}

// Slots is the number of task slots of each TaskManager, 1 by Flink's default.
func (in Input) Slots() int { return max(1, in.Config.Int(1, "taskmanager.numberOfTaskSlots")) }

// parallelism is what the operator starts the job with: the largest of
// pipeline.jobvertex-parallelism-overrides if there are any, else
// job.parallelism.
func (in Input) parallelism() int {
	most := 0
	for _, text := range configMap(in.Config, "pipeline.jobvertex-parallelism-overrides") {
		most = max(most, number(text))
	}
	if most > 0 {
		return most
	}
	if in.Spec.Job.Parallelism == nil {
		return 0
	}
	return int(*in.Spec.Job.Parallelism)
}

// scaled bounds the TaskManagers of an application cluster. Without the
// autoscaler it does not move. With it, no vertex of the job gets more
// subtasks than vertex.max-parallelism (200 by default) and than
// pipeline.max-parallelism, nor fewer than vertex.min-parallelism (1). The
// bounds hold for jobs whose tasks share slots, as they do unless the program
// says otherwise. Source: flink-kubernetes-operator 1.15, AutoScalerOptions.java.
func (in Input) scaled(start, slots int) Count {
	short, long := flink.AutoscalerKeysFor("job.autoscaler."), flink.AutoscalerKeysFor("kubernetes.operator.job.autoscaler.")
	if !in.Config.Bool(false, short.Enabled, long.Enabled) || !in.Config.Bool(true, short.ScalingEnabled, long.ScalingEnabled) {
		return fixed(start)
	}
	least := max(1, in.Config.Int(1, short.MinParallelism, long.MinParallelism))
	most := max(1, in.Config.Int(200, short.MaxParallelism, long.MaxParallelism))
	if n := in.Config.Int(0, "pipeline.max-parallelism", "parallelism.max"); n > 0 {
		most, least = min(most, n), min(least, n)
	}
	return Count{Start: start, Min: min(start, ceil(least, slots)), Max: max(start, ceil(most, slots))}
}

// sessionCount bounds the TaskManagers of a native session cluster, which Flink
// starts when jobs need them, up to slotmanager.number-of-slots.max.
func (in Input) sessionCount(replicas, slots int) Count {
	needed := 0
	for _, p := range in.SessionJobs {
		needed += max(1, p)
	}
	c := Count{Start: max(replicas, ceil(needed, slots)), Unbounded: true}
	c.Min = ceil(max(0, in.Config.Int(0, "slotmanager.number-of-slots.min")), slots)
	c.Start = max(c.Start, c.Min)
	if n := in.Config.Int(0, "slotmanager.number-of-slots.max"); n > 0 {
		c.Max, c.Unbounded = ceil(n, slots), false
		c.Start = min(c.Start, c.Max)
	}
	return c
}

// ceil divides and rounds up; n and by are not negative, by is at least 1.
func ceil(n, by int) int { return (max(n, 0) + by - 1) / by }
