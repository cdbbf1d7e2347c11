package metrics

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ForJob makes the alerting rules of a Flink cluster. overrides go by the names of alerts; runbooks is the address of
// the page whose headings are the alerts.
func ForJob(t Target, overrides map[string]Override, runbooks string) []Rule {
	m := maker{overrides: overrides, runbooks: runbooks, labels: map[string]string{"namespace": t.Namespace, "flink_job": t.Name}}
	if t.Team != "" {
		m.labels["team"] = t.Team
	}
	var out []Rule
	for _, a := range JobAlerts() {
		expr, derived := t.expr(a.Name, overrides[a.Name])
		if r := m.rule(a, expr, derived); r != nil {
			out = append(out, *r)
		}
	}
	return out
}

// expr is the condition of an alert, with LIMIT in the place of its threshold, and a threshold that follows from the job;
// empty where the alert has no sense for the target.
func (t Target) expr(alert string, o Override) (expr string, derived float64) {
	checkpoints := t.Interval > 0 && !t.Batch
	switch alert {
	case "FlinkJobNotRunning":
		return t.notRunning(), 0
	case "FlinkJobManagerDown":
		if t.Session {
			return "absent(" + t.of("flink_jobmanager_numRegisteredTaskManagers") + ")", 0
		}
	case "FlinkJobRestarting":
		return byJob("sum", "increase("+t.of("flink_jobmanager_job_numRestarts")+"[15m])") + " > LIMIT", 0
	case "FlinkCheckpointsFailing":
		if checkpoints {
			window := seconds(max(15*time.Minute, 5*t.Interval))
			return byJob("sum", "increase("+t.of("flink_jobmanager_job_numberOfFailedCheckpoints")+"["+window+"])") + " > LIMIT", 0
		}
	case "FlinkCheckpointTooOld":
		if checkpoints {
			return t.tooOld(o), 0
		}
	case "FlinkCheckpointSlow":
		if checkpoints {
			return byJob("max", t.of("flink_jobmanager_job_lastCheckpointDuration")) + " / 1000 > LIMIT", t.Timeout.Seconds() / 2
		}
	case "FlinkCheckpointGrowing":
		if checkpoints {
			size := byJob("max", t.of("flink_jobmanager_job_lastCheckpointFullSize"))
			before := byJob("max", t.of("flink_jobmanager_job_lastCheckpointFullSize")+" offset 1d")
			return size + " > LIMIT * " + before + " and " + size + " > " + number(floor), 0
		}
	default:
		return t.work(alert), 0
	}
	return "", 0
}

// floor is the size in bytes below which nobody minds how a state grows.
const floor = 1 << 30

// work is the condition of an alert on what the job does, and on what it is given to do it with.
func (t Target) work(alert string) string {
	const operator = "flink_taskmanager_job_task_operator_"
	perSource := func(scale string, names ...string) string {
		return either(names, func(name string) string {
			return "max by (app, job_name, operator_name) (" + t.of(operator+name) + ")" + scale + " > LIMIT"
		})
	}
	perPod := []string{"flink_jobmanager_", "flink_taskmanager_"}
	switch alert {
	case "FlinkKafkaLag":
		return perSource("", "KafkaSourceReader_KafkaConsumer_records_lag_max", "KafkaConsumer_records_lag_max")
	case "FlinkKinesisLag":
		return perSource(" / 1000", "KinesisStreamSource_accountId_region_stream_shardId_millisBehindLatest",
			"KinesisConsumer_stream_shardId_millisBehindLatest")
	case "FlinkBackpressured":
		held := t.of("flink_taskmanager_job_task_backPressuredTimeMsPerSecond")
		return "avg by (app, job_name, task_name) (" + held + ") / 1000 > LIMIT"
	case "FlinkHeapPressure":
		return either(perPod, func(prefix string) string {
			return "max by (app, component, pod) (avg_over_time(" + t.of(prefix+"Status_JVM_Memory_Heap_Used") + "[10m]) / " +
				t.of(prefix+"Status_JVM_Memory_Heap_Max") + ") > LIMIT"
		})
	case "FlinkGarbageCollection":
		return either(perPod, func(prefix string) string {
			return t.garbage(prefix+"Status_JVM_GarbageCollector_") + " / 1000 > LIMIT"
		})
	case "FlinkTaskManagersPending":
		pods := "(" + strings.Join(t.Deployments, "|") + ")-taskmanager-.+"
		return fmt.Sprintf("sum by (namespace) (kube_pod_status_phase{namespace=%q,phase=%q,pod=~%q}) > LIMIT",
			t.Namespace, "Pending", pods)
	case "FlinkAutoscalerErrors":
		if len(t.Scaled) > 0 {
			return "sum by (resourcens, resourcename) (increase(" + t.scaler("AutoScaler_errors") + "[30m])) > LIMIT"
		}
	case "FlinkAutoscalerStuck":
		if len(t.Scaled) > 0 && t.Scaling {
			return "count by (resourcens, resourcename) (" + t.scaler("AutoScaler_jobVertexID_RECOMMENDED_PARALLELISM_Current") + " > " +
				t.scaler("AutoScaler_jobVertexID_PARALLELISM_Current") + ") > LIMIT"
		}
	}
	return ""
}

// of selects the series of the cluster's pods.
func (t Target) of(metric string) string {
	return fmt.Sprintf("%s{namespace=%q,%s}", metric, t.Namespace, matching("app", t.Deployments))
}

// scaler selects the operator's series of the resources that are scaled.
func (t Target) scaler(metric string) string {
	return fmt.Sprintf("flink_k8soperator_namespace_resource_%s{resourcens=%q,%s}",
		metric, t.Namespace, matching("resourcename", t.Scaled))
}

// byJob aggregates over pods, so that a JobManager that takes over does not look like another job.
func byJob(aggregation, expr string) string {
	return aggregation + " by (app, job_name) (" + expr + ")"
}

func either(names []string, expr func(string) string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = expr(name)
	}
	return strings.Join(all, " or ")
}

// notRunning asks for the absence of a running job, so that it holds as well where no metrics arrive at all. What tells
// that a job runs hangs on metrics.job.status.enable. A job that ends is not expected to run.
func (t Target) notRunning() string {
	if t.Session || t.Batch || t.Suspended {
		return ""
	}
	kinds := strings.FieldsFunc(strings.ToUpper(t.JobStatus), func(r rune) bool { return strings.ContainsRune(";, []", r) })
	switch {
	case t.JobStatus == "" || slices.Contains(kinds, "CURRENT_TIME"):
		return "absent(" + t.of("flink_jobmanager_job_runningTime") + " > 0)"
	case slices.Contains(kinds, "STATE"):
		return "absent(" + t.of("flink_jobmanager_job_runningState") + " > 0)"
	case slices.Contains(kinds, "TOTAL_TIME"):
		return "absent(increase(" + t.of("flink_jobmanager_job_runningTimeTotal") + "[5m]) > 0)"
	}
	return ""
}

// tooOld holds where no checkpoint was completed for a time, and the job was there all that time: a restart
// within one JobManager keeps the count, a new one begins it anew.
func (t Target) tooOld(o Override) string {
	age := max(10*time.Minute, 3*t.Interval+t.Timeout)
	if o.Threshold != nil {
		age = time.Duration(*o.Threshold * float64(time.Second))
	}
	done := t.of("flink_jobmanager_job_numberOfCompletedCheckpoints")
	return byJob("sum", "increase("+done+"["+seconds(age)+"])") + " == 0 and " + byJob("max", done+" offset "+seconds(age)) + " >= 0"
}

// garbage is the milliseconds of each second that a pod's collectors take. Before 1.19 Flink has no sum over them, and which
// they are hangs on the size of the container: Java takes G1 for two processors and 1792 MB or more, else the serial one
// (JDK 17, HotSpot GC tuning guide, ergonomics).
func (t Target) garbage(prefix string) string {
	if t.Version.IsZero() || t.Version.AtLeast(1, 19) {
		return "max by (app, component, pod) (" + t.of(prefix+"All_TimeMsPerSecond") + ")"
	}
	both := func(young, old string) string {
		rate := func(name string) string {
			return "sum by (app, component, pod) (rate(" + t.of(prefix+name+"_Time") + "[5m]))"
		}
		return rate(young) + " + " + rate(old)
	}
	return "(" + both("G1_Young_Generation", "G1_Old_Generation") + " or " + both("Copy", "MarkSweepCompact") + ")"
}

// ForOperator makes the alerting rules of the operator.
func ForOperator(op Operator, overrides map[string]Override, runbooks string) []Rule {
	m := maker{overrides: overrides, runbooks: runbooks, labels: map[string]string{"namespace": op.Namespace}}
	own := func(metric string) string {
		return fmt.Sprintf("flink_k8soperator_namespace_%s{namespace=%q}", metric, op.Namespace)
	}
	exprs := map[string]string{
		"FlinkOperatorDown": fmt.Sprintf("absent(up{namespace=%q,job=%q} == 1)", op.Namespace, op.Namespace+"/"+op.PodMonitor),
		"FlinkOperatorErrors": "sum by (resourcens, resourcename) (increase(" +
			own("resource_JOSDK_Reconciliation_failed_Count") + "[15m])) > LIMIT",
		"FlinkResourceFailed": "sum by (resourcens, resourcetype) (" + own("Lifecycle_State_FAILED_Count") + ") > LIMIT",
	}
	var out []Rule
	for _, a := range OperatorAlerts() {
		if r := m.rule(a, exprs[a.Name], 0); r != nil {
			out = append(out, *r)
		}
	}
	return out
}
