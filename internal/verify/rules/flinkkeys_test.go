package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// TestKeys judges configurations line by line: a key and value, and the codes
// of the rules about keys that flag it.
func TestKeys(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		version string
		flags   []string
		lines   []string
	}{
		{version: "v1_20", lines: []string{
			`metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory`,
			`metrics.reporter.slf4j.interval: 5 MINUTE`,
			`metrics.reporters: prom`,
			`jobmanager.scheduler: adaptive`,
			`state.backend.type: rocksdb`,
			`state.backend.rocksdb.localdir: /data`,
			`state.backend.incremental: "true"`,
			`execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION`,
			`execution.checkpointing.mode: exactly_once`,
			`execution.checkpointing.unaligned.enabled: "TRUE"`,
			`execution.checkpointing.interval: "60000"`,
			`execution.checkpointing.interval: "60" # FLK309`,
			`execution.checkpointing.interval: " 999" # FLK309`,
			`execution.checkpointing.interval: "1000"`,
			`execution.checkpointing.interval: 60 ms`,
			`execution.checkpointing.min-pause: "30" # FLK309`,
			`execution.checkpointing.min-pause: "0"`,
			`execution.checkpointing.timeout: "10" # FLK309`,
			`execution.buffer-timeout.interval: "50"`,
			`heartbeat.timeout: "50" # FLK309`,
			`client.retry-period: "500"`,
			`kubernetes.operator.deployment.readiness.timeout: "300" # FLK309`,
			`kubernetes.operator.periodic.savepoint.interval: "6" # FLK309`,
			`table.exec.source.idle-timeout: "100"`,
			`execution.checkpointing.timeout: PT10M # FLK300`,
			`fs.s3a.aws.credentials.provider: com.amazonaws.auth.WebIdentityTokenCredentialsProvider`,
			`s3.endpoint: http://minio:9000`,
			`kubernetes.jobmanager.labels: team:a,cost:b`,
			`kubernetes.taskmanager.annotations: url:http://x # FLK300`,
			`kubernetes.taskmanager.annotations.owner: me`,
			`kubernetes.operator.periodic.savepoint.interval: 1h`,
			`kubernetes.operator.plugins.listeners.audit.class: com.example.Audit`,
			`kubernetes.operator.metrics.reporter.prom.port: "9999" # FLK305`,
			`kubernetes.operator.checkpoint.type: full`,
			`kubernetes.operator.checkpoint.type: HALF # FLK300`,
			`kubernetes.operator.savepoint.trigger.grace-period: PT1M # FLK300`,
			`kubernetes.operator.job.upgrade.last-state-fallback: "false" # FLK301`,
			`kubernetes.operator.job.autoscaler.enabled: "true"`,
			`job.autoscaler.utilization.target: "0.6"`,
			`job.autoscaler.target.utilisation: "0.6" # FLK301`,
			`env.java.opts.all: --add-opens=java.base/java.util=ALL-UNNAMED`,
			`env.java.opts: -Xss1m # FLK303`,
			`containerized.master.env.A: b`,
			`table.exec.state.ttl: 1 d`,
			`table.exec.mini-batch.enabled: "yes" # FLK300`,
			`python.fn-execution.bundle.size: "1000"`,
			`my.job.threshold: "3"`,
			`task.local-recovery.ebs.enable: "true"`,
			`cluster.taskmanager.graceful-decommission.enabled: "true" # FLK301`,
			`taskmanger.numberOfTaskSlots: "2" # FLK301`,
			`taskmanager.memory.managed.fraction: 40% # FLK300`,
			`web.submit.enabled: "false" # FLK301`,
			`pipeline.object-reuse: "1" # FLK300`,
			`rest.flamegraph.enabled: ""`,
			`security.ssl.enabled: "true" # FLK303`,
		}},
		{version: "v1_18", flags: []string{"--distribution=emr"}, lines: []string{
			`task.local-recovery.ebs.enable: "true"`,
			`kubernetes.taskmanager.local-recovery.persistentVolumeClaim.sizeLimit: 10Gi`,
			`jobmanager.adaptive-scheduler.combined-restart.enabled: "true"`,
			`cluster.taskmanager.graceful-decommission.enabled: "true"`,
			`kubernetes.operator.job.autoscaler.autotune.enable: "true"`,
			`aws.glue.enabled: "true"`,
			`state.backend.local-recovery: "true"`,
			`state.checkpoints.dir: s3p://bucket/checkpoints`,
			`execution.checkpointing.dir: s3p://bucket/checkpoints # FLK304`,
			`dstl.dfs.base-path: s3://bucket/changelog`,
		}},
		{version: "v2_1", lines: []string{
			`execution.checkpointing.timeout: PT10M`,
			`state.checkpoints.dir: s3://bucket/checkpoints # FLK303`,
			`security.ssl.enabled: "true" # FLK302`,
			`state.backend.local-recovery: "true" # FLK303`,
			`taskmanager.network.numberOfBuffers: many # FLK302`,
			`kubernetes.jobmanager.tolerations: '[{key: a}]'`,
		}},
	} {
		for _, line := range test.lines {
			setting, want, _ := strings.Cut(line, " # ")
			example := fmt.Sprintf("kind: FlinkDeployment\nspec:\n  flinkVersion: %s\n  flinkConfiguration:\n"+
				"    %s\n", test.version, setting)
			key, _, _ := strings.Cut(setting, ": ")
			var got []string
			for _, f := range judge(t, rules.All(), example, test.flags) {
				if f.Code >= "FLK300" && f.Code < "FLK350" && strings.HasSuffix(f.Path, "/"+key) {
					got = append(got, string(f.Code))
				}
			}
			if !slices.Equal(got, strings.Fields(want)) {
				t.Errorf("%s %s: got %v", test.version, line, got)
			}
		}
	}
}

// TestMemoryOfBlueprint: the size of EMR blueprints leaves next to nothing.
func TestMemoryOfBlueprint(t *testing.T) {
	t.Parallel()
	found := ""
	for _, f := range judge(t, rules.All(), "kind: FlinkDeployment\nspec:\n  taskManager: {resource: {memory: 1024m}}\n", nil) {
		if f.Code == "FLK352" && f.Severity == diag.Warning {
			found = f.Message
		}
	}
	if !strings.HasPrefix(found, "a TaskManager has 25.6 MiB of heap for its tasks") {
		t.Errorf("got %q", found)
	}
}
