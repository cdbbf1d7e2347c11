package flink

// AutoscalerKeys are the keys of the operator's autoscaler.
type AutoscalerKeys struct {
	Enabled           string
	ScalingEnabled    string
	Stabilization     string
	MetricsWindow     string
	TargetUtilization string
	Boundary          string
	RestartTime       string
	CatchUp           string
	MinParallelism    string
	MaxParallelism    string
	ScaleUpMax        string
	ScaleDownMax      string
	ExcludeVertices   string
	MemoryTuning      string
	// TimeTracking and TimeTrackingLimit measure the restart time (EMR from
	// 7.2, Apache from 1.8).
	TimeTracking      string
	TimeTrackingLimit string
}

// AutoscalerKeysFor spells the autoscaler's keys with a prefix: the one of
// Operator.AutoscalerPrefix or of EMRRelease.AutoscalerPrefix. The utilization
// keys are target.utilization and target.utilization.boundary, which all
// operator versions from 1.5 to 1.15 read (deprecated from 1.11, AutoScalerOptions.java).
func AutoscalerKeysFor(prefix string) AutoscalerKeys {
	return AutoscalerKeys{
		Enabled:           prefix + "enabled",
		ScalingEnabled:    prefix + "scaling.enabled",
		Stabilization:     prefix + "stabilization.interval",
		MetricsWindow:     prefix + "metrics.window",
		TargetUtilization: prefix + "target.utilization",
		Boundary:          prefix + "target.utilization.boundary",
		RestartTime:       prefix + "restart.time",
		CatchUp:           prefix + "catch-up.duration",
		MinParallelism:    prefix + "vertex.min-parallelism",
		MaxParallelism:    prefix + "vertex.max-parallelism",
		ScaleUpMax:        prefix + "scale-up.max-factor",
		ScaleDownMax:      prefix + "scale-down.max-factor",
		ExcludeVertices:   prefix + "vertex.exclude.ids",
		MemoryTuning:      prefix + "memory.tuning.enabled",
		TimeTracking:      prefix + "restart.time-tracking.enabled",
		TimeTrackingLimit: prefix + "restart.time-tracking.limit",
	}
}

// AutoscalerPrefix gives what autoscaler keys start with: the long prefix
// below 1.8, the short one from there on, where the long one still works as a
// fallback (autoscaler options of 1.6.1 and 1.8.0).
func (o Operator) AutoscalerPrefix() string {
	if !o.AtLeast(1, 8) {
		return "kubernetes.operator.job.autoscaler."
	}
	return "job.autoscaler."
}

// AutotuneKeys are the keys of EMR's parameter autotuning, releases up to 7.1
// (EMR on EKS guide, page jobruns-flink-autoscaler-parameter-autotuning).
type AutotuneKeys struct {
	Enable       string
	HistoryCount string
	RestartCount string
	// JobStatus must be TOTAL_TIME for autotuning to work.
	JobStatus string
}

// EMRAutotuneKeys gives the keys of EMRAutotuneParameters.
func EMRAutotuneKeys() AutotuneKeys {
	const prefix = "kubernetes.operator.job.autoscaler.autotune."
	return AutotuneKeys{
		Enable:       prefix + "enable",
		HistoryCount: prefix + "metrics.history.max.count",
		RestartCount: prefix + "metrics.restart.count",
		JobStatus:    "metrics.job.status.enable",
	}
}
