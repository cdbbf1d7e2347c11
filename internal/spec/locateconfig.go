package spec

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// configSources says what the keys of the flinkConfiguration are derived from,
// in the spelling of Flink 1 and of the operator from 1.8 on; see fields.
func configSources() map[string]string {
	const onAutoscaler = " autoscaler.enabled autoscaler"
	return map[string]string{
		"taskmanager.numberOfTaskSlots": "taskManager.slots",
		"execution.runtime-mode":        "runtimeMode",
		"pipeline.max-parallelism":      "maxParallelism",
		"web.cancel.enable":             "ingress.cancel ingress",
		"web.submit.enable":             "ingress.submit ingress",

		"state.savepoints.dir":                                           "savepoints.dir" + storageSources,
		"state.checkpoints.dir":                                          "checkpoints.dir" + storageSources,
		"execution.checkpointing.interval":                               "checkpoints.interval",
		"execution.checkpointing.mode":                                   "checkpoints.mode",
		"execution.checkpointing.timeout":                                "checkpoints.timeout",
		"execution.checkpointing.min-pause":                              "checkpoints.minPause",
		"state.checkpoints.num-retained":                                 "checkpoints.keep",
		"execution.checkpointing.externalized-checkpoint-retention":      "checkpoints.retain",
		keySavepointEvery:                                                "savepoints.every",
		keySavepointKeep:                                                 "savepoints.keep savepoints.every",
		keySavepointMaxAge:                                               "savepoints.maxAge savepoints.every",
		keySavepointFormat:                                               "savepoints.format",
		keySavepointOnDelete:                                             "savepoints.onDelete",
		"high-availability":                                              "highAvailability.enabled",
		"high-availability.storageDir":                                   "highAvailability.storageDir" + storageSources,
		"state.backend":                                                  "stateBackend.type stateBackend.localRecovery",
		"state.backend.incremental":                                      "stateBackend.incremental",
		"state.backend.rocksdb.localdir":                                 "stateBackend.type",
		"state.backend.local-recovery":                                   "stateBackend.localRecovery",
		"taskmanager.state.local.root-dirs":                              "stateBackend.localRecovery",
		"task.local-recovery.ebs.enable":                                 "stateBackend.localRecovery",
		"state.backend.changelog.enabled":                                "changelog.enabled",
		"state.backend.changelog.storage":                                "changelog.enabled",
		"dstl.dfs.base-path":                                             "changelog.dir" + storageSources,
		"restart-strategy":                                               "restart.strategy",
		"restart-strategy.fixed-delay.attempts":                          "restart.attempts restart.strategy",
		"restart-strategy.fixed-delay.delay":                             "restart.delay restart.strategy",
		"restart-strategy.failure-rate.max-failures-per-interval":        "restart.attempts restart.strategy",
		"restart-strategy.failure-rate.failure-rate-interval":            "restart.interval restart.strategy",
		"restart-strategy.failure-rate.delay":                            "restart.delay restart.strategy",
		"restart-strategy.exponential-delay.initial-backoff":             "restart.initialBackoff restart.strategy",
		"restart-strategy.exponential-delay.max-backoff":                 "restart.maxBackoff restart.strategy",
		"jobmanager.execution.failover-strategy":                         "recovery.fineGrained",
		"jobmanager.scheduler":                                           "recovery.combinedRestart" + onAutoscaler,
		"jobmanager.adaptive-scheduler.combined-restart.enabled":         "recovery.combinedRestart",
		"jobmanager.adaptive-scheduler.combined-restart.window-interval": "recovery.combinedRestart",
		"cluster.taskmanager.graceful-decommission.enabled":              "recovery.gracefulDecommission",
		"fs.s3a.endpoint.region":                                         "root:cluster.region",
		"presto.s3.credentials-provider":                                 "s3.credentialsProvider s3.plugin",
		"fs.s3a.aws.credentials.provider":                                "s3.credentialsProvider s3.plugin",
		keyRollback:                                                      "upgrade.rollback",
		keyLastStateFallback:                                             "upgrade.lastStateFallback",
		keyMaxCheckpointAge:                                              "upgrade.maxCheckpointAge",
		keyMergeByName: "taskManager.podTemplate jobManager.podTemplate podTemplate" +
			" stateBackend.type",
		"metrics.job.status.enable":                    "autoscaler.autotune",
		"job.autoscaler.enabled":                       "autoscaler.enabled",
		"job.autoscaler.scaling.enabled":               "autoscaler.scaling" + onAutoscaler,
		"job.autoscaler.stabilization.interval":        "autoscaler.stabilization" + onAutoscaler,
		"job.autoscaler.metrics.window":                "autoscaler.window" + onAutoscaler,
		"job.autoscaler.target.utilization":            "autoscaler.targetUtilization" + onAutoscaler,
		"job.autoscaler.target.utilization.boundary":   "autoscaler.boundary" + onAutoscaler,
		"job.autoscaler.restart.time":                  "autoscaler.restartTime" + onAutoscaler,
		"job.autoscaler.catch-up.duration":             "autoscaler.catchUp" + onAutoscaler,
		"job.autoscaler.vertex.min-parallelism":        "autoscaler.minParallelism" + onAutoscaler,
		"job.autoscaler.vertex.max-parallelism":        "autoscaler.maxParallelism" + onAutoscaler,
		"job.autoscaler.vertex.exclude.ids":            "autoscaler.excludeVertices" + onAutoscaler,
		"job.autoscaler.memory.tuning.enabled":         "autoscaler.memoryTuning" + onAutoscaler,
		"job.autoscaler.restart.time-tracking.enabled": "autoscaler.autotune" + onAutoscaler,
		"job.autoscaler.autotune.enable":               "autoscaler.autotune" + onAutoscaler,
		keyLocalVolumeSize:                             "stateBackend.localSize stateBackend.localRecovery",
	}
}

// autoscalerKey takes the long prefix of older operators and of EMR off.
func autoscalerKey(key string) string {
	if rest, ok := strings.CutPrefix(key, "kubernetes.operator.job.autoscaler."); ok {
		return "job.autoscaler." + rest
	}
	return key
}

// spellings gives the other spellings of every key that Flink 2 renamed.
func spellings() map[string][]string {
	out := map[string][]string{}
	for _, r := range flink.Renames() {
		out[r.Old] = append(out[r.Old], r.New...)
		for _, name := range r.New {
			out[name] = append(out[name], r.Old)
		}
	}
	return out
}
