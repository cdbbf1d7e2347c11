package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// slots is the number of slots of each TaskManager.
func slots(c *model.Cluster) int { return max(c.Config.Int(1, "taskmanager.numberOfTaskSlots"), 1) }

// taskManagers is taskManager.replicas, 0 if it is not set.
func taskManagers(c *model.Cluster) int {
	if c.Spec.TaskManager == nil || c.Spec.TaskManager.Replicas == nil {
		return 0
	}
	return int(*c.Spec.TaskManager.Replicas)
}

// parallelismOf is what the operator starts the job with, and the field that
// says so: taskManager.replicas times the slots, if that is set, else
// job.parallelism (FlinkConfigBuilder.getParallelism). 0 stands for none.
func parallelismOf(c *model.Cluster) (n int, field []string) {
	if r := taskManagers(c); r > 0 {
		return r * slots(c), c.Field("taskManager", "replicas")
	}
	if c.Spec.Job == nil || c.Spec.Job.Parallelism == nil {
		return 0, nil
	}
	return int(*c.Spec.Job.Parallelism), c.Field("job", "parallelism")
}

// adapts reports whether the scheduler takes the slots that there are instead of
// those that the job asks for.
func adapts(c *model.Cluster) bool {
	return strings.EqualFold(c.Config.Text("jobmanager.scheduler"), "adaptive") || reactive(c)
}

// reactive reports whether the job takes all slots that there are, up to the
// greatest parallelism.
func reactive(c *model.Cluster) bool {
	return strings.EqualFold(c.Config.Text("scheduler-mode"), "reactive")
}

// divisors counts the parallelisms that divide n.
func divisors(n int) int {
	count := 0
	for i := 1; i*i <= n; i++ {
		switch {
		case i*i == n:
			count++
		case n%i == 0:
			count += 2
		}
	}
	return count
}

// maxParallelism is pipeline.max-parallelism, 0 if it is not set.
func maxParallelism(c *model.Cluster) int { return max(c.Config.Int(0, "pipeline.max-parallelism"), 0) }

// configField is where a key is set, or where it would be.
func configField(c *model.Cluster, key string) []string {
	if _, ok := c.Own[key]; ok {
		return c.Setting(key)
	}
	return c.Field("flinkConfiguration")
}

// autoscales reports whether the autoscaler is on, and may scale.
func autoscales(c *model.Cluster) bool {
	return slices.ContainsFunc([]string{"job.autoscaler.", "kubernetes.operator.job.autoscaler."}, func(prefix string) bool {
		on, _ := strconv.ParseBool(strings.ToLower(c.Config.Text(prefix + "enabled")))
		return on
	})
}
