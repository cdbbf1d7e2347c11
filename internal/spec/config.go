package spec

import (
	"maps"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
)

// config is a flinkConfiguration under construction; empty values are left out,
// so that Flink's and the operator's own defaults stay in force.
type config map[string]string

func (c config) set(key, value string) {
	if value != "" {
		c[key] = value
	}
}

func (c config) flag(key string, on bool) {
	if on {
		c[key] = "true"
	}
}

func (c config) number(key string, n int) {
	if n != 0 {
		c[key] = strconv.Itoa(n)
	}
}

// apply lays the user's own keys over the derived ones.
func (c config) apply(user Config) config {
	maps.Copy(c, user.Set)
	for _, key := range user.Deleted {
		delete(c, key)
	}
	return c
}

// The operator's own keys (Flink Kubernetes operator 1.15, configuration
// reference, dynamic section).
const (
	keyRollback          = "kubernetes.operator.deployment.rollback.enabled"
	keyLastStateFallback = "kubernetes.operator.job.upgrade.last-state-fallback.enabled"
	keyMaxCheckpointAge  = "kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age"
	keySavepointEvery    = "kubernetes.operator.periodic.savepoint.interval"
	keySavepointKeep     = "kubernetes.operator.savepoint.history.max.count"
	keySavepointMaxAge   = "kubernetes.operator.savepoint.history.max.age"
	keySavepointFormat   = "kubernetes.operator.savepoint.format.type"
	keySavepointOnDelete = "kubernetes.operator.job.savepoint-on-deletion"
	keyMergeByName       = "kubernetes.operator.pod-template.merge-arrays-by-name"
	keySchedulerAdaptive = "adaptive"

	// EMR's own (EMR on EKS guide, jobruns-flink-restart).
	keyLocalVolumeSize = "kubernetes.taskmanager.local-recovery.persistentVolumeClaim.sizeLimit"
)

// clusterConfig is what holds for a whole Flink cluster.
func (k *cluster) clusterConfig() config {
	c := config{}
	c.number(k.keys.TaskSlots, k.TaskManager.Slots)
	k.checkpointConfig(c, k.Checkpoints, k.Savepoints, k.name)
	k.haConfig(c)
	k.backendConfig(c)
	k.restartConfig(c, k.Restart)
	k.recoveryConfig(c)
	k.s3Config(c)
	k.webConfig(c)
	return c
}

// checkpointConfig sets checkpoints and savepoints and their directories below
// the storage of name.
func (k *cluster) checkpointConfig(c config, cp Checkpoints, sp Savepoints, name string) {
	dir := func(own, kind string) string { return or(own, stateDir(k.storage(), k.team, name, kind)) }
	c.set(k.keys.SavepointDir, dir(sp.Dir, "savepoints"))
	if k.batch { // a batch job takes no checkpoints
		return
	}
	c.set(k.keys.CheckpointDir, dir(cp.Dir, "checkpoints"))
	c.set(k.keys.CheckpointInterval, cp.Interval)
	c.set(k.keys.CheckpointMode, strings.ToUpper(strings.ReplaceAll(cp.Mode, "-", "_")))
	c.set(k.keys.CheckpointTimeout, cp.Timeout)
	c.set(k.keys.CheckpointMinPause, cp.MinPause)
	c.number(k.keys.NumRetained, cp.Keep)
	retention := "RETAIN_ON_CANCELLATION"
	if cp.Retain == "never" {
		retention = "DELETE_ON_CANCELLATION"
	}
	c.set(k.keys.CheckpointRetention, retention)
	if sp.Every != "" {
		c.set(keySavepointEvery, sp.Every)
		c.number(keySavepointKeep, sp.Keep)
		c.set(keySavepointMaxAge, sp.MaxAge)
	}
	if sp.Format != "canonical" {
		c.set(keySavepointFormat, strings.ToUpper(sp.Format))
	}
	c.flag(keySavepointOnDelete, sp.OnDelete)
}

// haConfig sets Apache's keys; EMR has fields of its own for them.
func (k *cluster) haConfig(c config) {
	if k.emr || !k.HighAvailability.Enabled {
		return
	}
	c.set(k.keys.HAType, "kubernetes")
	c.set(k.keys.HAStorageDir, k.haDir())
}

func (k *cluster) haDir() string {
	return or(k.HighAvailability.StorageDir, k.stateDir("ha"))
}

// The mount of the volume for local state, and what lives below it.
const (
	localStatePath  = "/flink-state"
	localStateName  = "flink-state"
	ebsStorageClass = "ebs-sc"
)

func (k *cluster) backendConfig(c config) {
	b := k.StateBackend
	if b.Type != "hashmap" || b.LocalRecovery != "none" {
		c.set(k.keys.StateBackend, b.Type)
	}
	c.flag(k.keys.Incremental, b.Incremental)
	if k.hasLocalVolume() {
		if b.Type == "rocksdb" {
			c.set("state.backend.rocksdb.localdir", localStatePath+"/rocksdb")
		}
		if b.LocalRecovery == "disk" {
			c.set(k.keys.LocalRecoveryDirs, localStatePath+"/local-recovery")
		}
	}
	if b.LocalRecovery != "none" {
		for _, key := range k.keys.LocalRecovery {
			c.flag(key, true)
		}
	}
	if b.LocalRecovery == "ebs" {
		c.flag("task.local-recovery.ebs.enable", true)
		c.set(keyLocalVolumeSize, or(b.LocalSize, "10Gi"))
	}
	if k.Changelog.Enabled {
		c.flag(k.keys.ChangelogEnabled, true)
		c.set(k.keys.ChangelogStorage, "filesystem")
		c.set(k.keys.ChangelogDir, or(k.Changelog.Dir, k.stateDir("changelog")))
	}
}

// hasLocalVolume reports whether the TaskManagers get a volume for local state:
// RocksDB and local copies are kept out of the container's writable layer.
func (k *cluster) hasLocalVolume() bool {
	return k.StateBackend.LocalRecovery != "ebs" &&
		(k.StateBackend.Type == "rocksdb" || k.StateBackend.LocalRecovery == "disk")
}

func (k *cluster) restartConfig(c config, r *Restart) {
	if r == nil {
		return
	}
	c.set(k.keys.RestartStrategy, r.Strategy)
	switch r.Strategy {
	case "fixed-delay":
		c.number(k.keys.RestartFixedAttempts, r.Attempts)
		c.set(k.keys.RestartFixedDelay, r.Delay)
	case "failure-rate":
		c.number(k.keys.RestartFailureMax, r.Attempts)
		c.set(k.keys.RestartFailureWindow, r.Interval)
		c.set(k.keys.RestartFailureDelay, r.Delay)
	case "exponential-delay":
		c.set(k.keys.RestartExpInitial, r.InitialBackoff)
		c.set(k.keys.RestartExpMax, r.MaxBackoff)
	}
}

// recoveryConfig sets fine-grained recovery and EMR's combined restart and
// graceful decommission (EMR on EKS guide, jobruns-flink-restart and
// jobruns-flink-decommission).
func (k *cluster) recoveryConfig(c config) {
	r := k.Recovery
	if r.FineGrained {
		c.set(k.keys.FailoverStrategy, "region")
	}
	if r.CombinedRestart != "" {
		c.set(k.keys.Scheduler, keySchedulerAdaptive)
		c.flag("jobmanager.adaptive-scheduler.combined-restart.enabled", true)
		c.set("jobmanager.adaptive-scheduler.combined-restart.window-interval", r.CombinedRestart)
	}
	if r.GracefulDecommission != nil {
		c.set("cluster.taskmanager.graceful-decommission.enabled", strconv.FormatBool(*r.GracefulDecommission))
	}
}

// s3Config sets the credentials provider and, for regions that an account opts
// into, S3A's endpoint region; Presto's plugin takes the region from the
// environment that EKS gives to pods with a role. For web identities EMR's image
// has a provider already; so has Presto's plugin, by the SDK's default chain. S3A's
// chain has none and would fall back to the node's role. For EKS Pod Identity S3A
// needs the default chain, EMR's too: its own takes web identities alone
// (awslabs/data-on-eks, emr-on-eks examples at a546a190; the reason is inferred). The
// SDK that takes such credentials is 1.12.746 (EKS User Guide, "Use pod identity
// with the AWS SDK"); Flink 1.20.3 has 1.12.779 (flink-s3-fs-base/pom.xml).
func (k *cluster) s3Config(c config) {
	region := k.platform.Cluster.Region
	if aws.NeedsEndpointRegion(region) && (k.emr || k.S3.Plugin == "hadoop") {
		c.set("fs.s3a.endpoint.region", region)
	}
	provider := k.S3.CredentialsProvider
	switch {
	case provider != "default" && k.S3.Plugin == "presto" && !k.emr:
		c.set("presto.s3.credentials-provider", provider)
	case provider != "default":
		c.set("fs.s3a.aws.credentials.provider", provider)
	case k.platform.podIdentity() && (k.emr || k.S3.Plugin == "hadoop"):
		c.set("fs.s3a.aws.credentials.provider", "com.amazonaws.auth.DefaultAWSCredentialsProviderChain")
	case !k.emr && k.S3.Plugin == "hadoop":
		c.set("fs.s3a.aws.credentials.provider", "com.amazonaws.auth.WebIdentityTokenCredentialsProvider")
	}
}
