package metrics

import "strings"

// Dashboard is a dashboard of Grafana.
type Dashboard struct {
	// Name ends the names of its ConfigMap, its file and its uid.
	Name string
	// JSON is its model.
	JSON string
}

// Dashboards makes the dashboards of a platform: one over all jobs, one of a job. The platform's name keeps their
// uids apart from another's.
func Dashboards(platform string) ([]Dashboard, error) {
	var out []Dashboard
	for _, d := range []struct {
		name string
		dashboard
	}{{"fleet", fleet(platform)}, {"job", job(platform)}} {
		d.UID = platform + "-" + d.name
		if len(d.UID) > 40 { // Grafana takes no longer ones
			d.UID = d.UID[len(d.UID)-40:]
		}
		text, err := d.encode()
		if err != nil {
			return nil, err
		}
		out = append(out, Dashboard{Name: d.name, JSON: text})
	}
	return out, nil
}

// namespaces is the variable that chooses namespaces with Flink jobs.
func namespaces(all bool) variable {
	v := variable{
		Name: "namespace", Label: "Namespace", Query: "label_values(flink_jobmanager_numRegisteredTaskManagers, namespace)",
	}
	if all {
		v.Multi, v.IncludeAll, v.AllValue, v.Current = true, true, ".+", current{"All", "$__all"}
	}
	return v
}

func fleet(platform string) dashboard {
	const in = `{namespace=~"$namespace"}`
	const resources = `{resourcens=~"$namespace"}`
	b := &builder{}
	b.stat("Jobs running", "Jobs in the state RUNNING.", "short", 0,
		"count(flink_jobmanager_job_runningTime"+in+" > 0) or vector(0)")
	b.stat("Resources failed", "Flink resources that the operator calls FAILED.", "short", 1,
		"sum(flink_k8soperator_namespace_Lifecycle_State_FAILED_Count"+resources+") or vector(0)")
	b.stat("Alerts", "Alerts on Flink that fire.", "short", 1,
		`count(ALERTS{alertname=~"Flink.+",alertstate="firing"}) or vector(0)`)
	b.stat("TaskManagers", "TaskManagers that are registered.", "short", 0, "sum(flink_jobmanager_numRegisteredTaskManagers"+in+")")
	b.stat("TaskManagers pending", "Pods of TaskManagers that have no node.", "short", 1,
		`sum(kube_pod_status_phase{namespace=~"$namespace",phase="Pending",pod=~".+-taskmanager-.+"}) or vector(0)`)
	b.stat("Operator errors", "Errors of the operator in the last hour.", "short", 1,
		"sum(increase(flink_k8soperator_namespace_resource_JOSDK_Reconciliation_failed_Count"+resources+"[1h])) or vector(0)")

	b.row("Jobs")
	b.table("Jobs", "A row a job. Running is 0 while it does not run.",
		[]string{"Running (s)", "Restarts (1h)", "Checkpoint (s)", "State (bytes)", "Failed checkpoints (1h)", "Pending records"},
		now("max by (namespace, app, job_name) (flink_jobmanager_job_runningTime"+in+") / 1000"),
		now("sum by (namespace, app, job_name) (increase(flink_jobmanager_job_numRestarts"+in+"[1h]))"),
		now("max by (namespace, app, job_name) (flink_jobmanager_job_lastCheckpointDuration"+in+") / 1000"),
		now("max by (namespace, app, job_name) (flink_jobmanager_job_lastCheckpointFullSize"+in+")"),
		now("sum by (namespace, app, job_name) (increase(flink_jobmanager_job_numberOfFailedCheckpoints"+in+"[1h]))"),
		now("sum by (namespace, app, job_name) (flink_taskmanager_job_task_operator_pendingRecords"+in+")"))
	b.graph("Restarts", "Restarts in 15 minutes.", "short", 8,
		show("sum by (namespace, app) (increase(flink_jobmanager_job_numRestarts"+in+"[15m]))", "{{namespace}}/{{app}}"))
	b.graph("Records in", "Records that all tasks of a job take in each second.", "rps", 8,
		show("sum by (namespace, app) (flink_taskmanager_job_task_numRecordsInPerSecond"+in+")", "{{namespace}}/{{app}}"))
	b.graph("Backpressure", "The task that is held back most, as a share of the time.", "percentunit", 8,
		show("max by (namespace, app) (flink_taskmanager_job_task_backPressuredTimeMsPerSecond"+in+") / 1000", "{{namespace}}/{{app}}"))

	b.row("Resources and the operator")
	var states []target
	for _, s := range []string{"STABLE", "DEPLOYED", "UPGRADING", "SUSPENDED", "ROLLING_BACK", "ROLLED_BACK", "FAILED"} {
		states = append(states, show("sum(flink_k8soperator_namespace_Lifecycle_State_"+s+"_Count"+resources+")", strings.ToLower(s)))
	}
	b.graph("Lifecycle", "Flink resources by the state that the operator gives them.", "short", 8, states...)
	b.graph("CPUs", "CPUs that the FlinkDeployments of a namespace have.", "short", 8,
		show("sum by (resourcens) (flink_k8soperator_namespace_ResourceUsage_Cpu"+resources+")", "{{resourcens}}"))
	b.graph("Slots", "Slots, and those that are free.", "short", 8,
		show("sum(flink_jobmanager_taskSlotsTotal"+in+")", "all"), show("sum(flink_jobmanager_taskSlotsAvailable"+in+")", "free"))
	return dashboard{
		Title: "Flink / fleet (" + platform + ")", Description: "All Flink jobs and the operator.", Tags: []string{"flink"},
		Templating: variables(namespaces(true)), Panels: b.panels,
	}
}

func job(platform string) dashboard {
	const in = `{namespace="$namespace",app="$app"}`
	const scaled = `{resourcens="$namespace",resourcename="$app"}`
	b := &builder{}
	b.stat("Running for", "Time since the job began to run; 0 while it does not.", "ms", 0,
		"max(flink_jobmanager_job_runningTime"+in+")")
	b.stat("Restarts", "Restarts in the last hour.", "short", 1, "sum(increase(flink_jobmanager_job_numRestarts"+in+"[1h]))")
	b.stat("Failed checkpoints", "In the last hour.", "short", 1,
		"sum(increase(flink_jobmanager_job_numberOfFailedCheckpoints"+in+"[1h]))")
	b.stat("Last checkpoint took", "", "ms", 0, "max(flink_jobmanager_job_lastCheckpointDuration"+in+")")
	b.stat("TaskManagers", "TaskManagers that are registered.", "short", 0, "max(flink_jobmanager_numRegisteredTaskManagers"+in+")")
	b.stat("Alerts", "Alerts on the job that fire.", "short", 1,
		`count(ALERTS{alertname=~"Flink.+",alertstate="firing",namespace="$namespace",flink_job="$app"}) or vector(0)`)
	jobWork(b, in)
	b.row("Checkpoints")
	b.graph("Checkpoints", "Checkpoints in 15 minutes.", "short", 8,
		show("sum(increase(flink_jobmanager_job_numberOfCompletedCheckpoints"+in+"[15m]))", "completed"),
		show("sum(increase(flink_jobmanager_job_numberOfFailedCheckpoints"+in+"[15m]))", "failed"))
	b.graph("Duration", "", "ms", 8, show("max(flink_jobmanager_job_lastCheckpointDuration"+in+")", "last"))
	b.graph("Size", "What the last checkpoint wrote, and the whole of it.", "bytes", 8,
		show("max(flink_jobmanager_job_lastCheckpointSize"+in+")", "written"),
		show("max(flink_jobmanager_job_lastCheckpointFullSize"+in+")", "whole"))
	jobPods(b, in)
	b.row("Autoscaler")
	const vertex = "flink_k8soperator_namespace_resource_AutoScaler_jobVertexID_"
	b.graph("Parallelism", "What vertices have, and what the autoscaler would give them.", "short", 12,
		show(vertex+"PARALLELISM_Current"+scaled, "{{jobVertexID}}"),
		show(vertex+"RECOMMENDED_PARALLELISM_Current"+scaled, "{{jobVertexID}} recommended"))
	b.graph("Decisions", "In 15 minutes.", "short", 12,
		show("sum(increase(flink_k8soperator_namespace_resource_AutoScaler_scalings"+scaled+"[15m]))", "scaled"),
		show("sum(increase(flink_k8soperator_namespace_resource_AutoScaler_balanced"+scaled+"[15m]))", "left"),
		show("sum(increase(flink_k8soperator_namespace_resource_AutoScaler_errors"+scaled+"[15m]))", "failed"))
	return dashboard{
		Title: "Flink / job (" + platform + ")", Tags: []string{"flink"},
		Description: "One Flink job: work, checkpoints, pods, autoscaler.",
		Templating: variables(namespaces(false), variable{
			Name: "app", Label: "Job", Query: `label_values(flink_jobmanager_numRegisteredTaskManagers{namespace="$namespace"}, app)`,
		}),
		Panels: b.panels,
	}
}

// jobWork is the row about records.
func jobWork(b *builder, in string) {
	const task, operator = "flink_taskmanager_job_task_", "flink_taskmanager_job_task_operator_"
	b.row("Work")
	b.graph("Records in", "Records that a task takes in each second.", "rps", 12,
		show("sum by (task_name) ("+task+"numRecordsInPerSecond"+in+")", "{{task_name}}"))
	b.graph("Records out", "Records that a task gives out each second.", "rps", 12,
		show("sum by (task_name) ("+task+"numRecordsOutPerSecond"+in+")", "{{task_name}}"))
	b.graph("Busy", "Share of the time in which a task works, of its busiest subtask.", "percentunit", 8,
		show("max by (task_name) ("+task+"busyTimeMsPerSecond"+in+") / 1000", "{{task_name}}"))
	b.graph("Backpressure", "Share of the time in which a task is held back.", "percentunit", 8,
		show("max by (task_name) ("+task+"backPressuredTimeMsPerSecond"+in+") / 1000", "{{task_name}}"))
	b.graph("Lag", "Records behind in the farthest Kafka partition, seconds behind in the farthest Kinesis shard.", "short", 8,
		show("max by (operator_name) ("+operator+"KafkaSourceReader_KafkaConsumer_records_lag_max"+in+")",
			"{{operator_name}} (records)"),
		show("max by (operator_name) ("+operator+"KinesisStreamSource_accountId_region_stream_shardId_millisBehindLatest"+in+") / 1000",
			"{{operator_name}} (s)"),
		show("sum by (operator_name) ("+operator+"pendingRecords"+in+")", "{{operator_name}} (pending)"))
}

// jobPods is the row about JVMs.
func jobPods(b *builder, in string) {
	const jm, tm = "flink_jobmanager_Status_", "flink_taskmanager_Status_"
	b.row("Pods")
	b.graph("Heap", "Share of the heap in use.", "percentunit", 8,
		show(jm+"JVM_Memory_Heap_Used"+in+" / "+jm+"JVM_Memory_Heap_Max"+in, "{{pod}}"),
		show(tm+"JVM_Memory_Heap_Used"+in+" / "+tm+"JVM_Memory_Heap_Max"+in, "{{pod}}"))
	b.graph("Garbage collection", "Share of the time; from Flink 1.19 on.", "percentunit", 8,
		show(jm+"JVM_GarbageCollector_All_TimeMsPerSecond"+in+" / 1000", "{{pod}}"),
		show(tm+"JVM_GarbageCollector_All_TimeMsPerSecond"+in+" / 1000", "{{pod}}"))
	b.graph("CPU", "Load of the JVMs.", "percentunit", 8,
		show(jm+"JVM_CPU_Load"+in, "{{pod}}"), show(tm+"JVM_CPU_Load"+in, "{{pod}}"))
}
