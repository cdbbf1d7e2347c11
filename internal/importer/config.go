package importer

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

// flat is a flinkConfiguration as Flink reads it: nested maps are joined with
// dots and lists with ";" (operator 1.15, ConfigObjectNode.asFlatMap).
func flat(o object) map[string]string {
	out := map[string]string{}
	var walk func(prefix string, o object)
	walk = func(prefix string, o object) {
		for key, value := range o {
			switch v := value.(type) {
			case object:
				walk(prefix+key+".", v)
			case []any:
				var items []string
				for _, item := range v {
					text, _ := scalar(item)
					items = append(items, text)
				}
				out[prefix+key] = strings.Join(items, ";")
			default:
				if text, ok := scalar(v); ok {
					out[prefix+key] = text
				}
			}
		}
	}
	walk("", o)
	return out
}

// text, number, word and flag move one setting to a field.
func (s settings) text(fits func(string) bool, key string, path ...string) {
	if v, ok := s.take(fits, key); ok {
		set(s.e.values, v, path...)
	}
}

func (s settings) number(key string, path ...string) {
	if v, ok := s.take(isNumber, key); ok {
		n, _ := wholeNumber(v)
		set(s.e.values, n, path...)
	}
}

func (s settings) flag(key string, path ...string) {
	if _, ok := s.take(isOn, key); ok {
		set(s.e.values, true, path...)
	}
}

// none says by null that there is no directory, which would be derived otherwise.
func (s settings) none(key, field string) {
	if get(s.e.values, field, "dir") == nil && s.peek(key) == "" {
		set(s.e.values, nil, "flinkConfiguration", key)
	}
}

// readConfig moves the settings of a configuration to their fields; what is left
// is flinkConfiguration.
func (d *Draft) readConfig(e *entry, cfg map[string]string, pod podFacts) {
	s := settings{d, e, cfg, flink.KeysFor(e.version)}
	session := e.section == "sessionJobs"
	if _, ok := s.take(isOneOf("batch"), s.keys.RuntimeMode); ok && !session && e.section != "sessionClusters" {
		set(e.values, "batch", "runtimeMode")
	}
	s.checkpoints()
	s.savepoints()
	s.restart()
	if !session {
		s.number(s.keys.TaskSlots, "taskManager", "slots")
		s.highAvailability()
		s.backend(pod)
		s.recovery()
		s.s3(pod)
	}
	if e.section != "sessionClusters" {
		s.autoscaler()
		s.number(s.keys.MaxParallelism, "maxParallelism")
		s.flag("kubernetes.operator.deployment.rollback.enabled", "upgrade", "rollback")
		if _, ok := s.take(isOneOf("false"), "kubernetes.operator.job.upgrade.last-state-fallback.enabled"); ok {
			set(e.values, false, "upgrade", "lastStateFallback")
		}
		s.text(isDuration, "kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age", "upgrade", "maxCheckpointAge")
	}
	for key, value := range cfg {
		if key != mergeByName {
			set(e.values, value, "flinkConfiguration", key)
		}
	}
}

func (s settings) checkpoints() {
	if s.e.values["runtimeMode"] == "batch" { // a batch job takes none, so there are no fields for them
		return
	}
	s.text(isDuration, s.keys.CheckpointInterval, "checkpoints", "interval")
	if v, ok := s.take(isOneOf("exactly-once", "at-least-once"), s.keys.CheckpointMode); ok {
		set(s.e.values, strings.ToLower(strings.ReplaceAll(v, "_", "-")), "checkpoints", "mode")
	}
	s.text(isDuration, s.keys.CheckpointTimeout, "checkpoints", "timeout")
	if v, ok := s.take(isDuration, s.keys.CheckpointMinPause); ok {
		set(s.e.values, v, "checkpoints", "minPause")
	} else if s.peek(s.keys.CheckpointMinPause) == "" {
		set(s.e.values, "0s", "checkpoints", "minPause") // Flink's default, not that of the values
	}
	switch v, _ := s.take(isOneOf("retain-on-cancellation", "delete-on-cancellation"), s.keys.CheckpointRetention); {
	case strings.HasPrefix(strings.ToLower(v), "delete"):
		set(s.e.values, "never", "checkpoints", "retain")
	case v != "":
		set(s.e.values, "on-cancellation", "checkpoints", "retain")
	}
	s.number(s.keys.NumRetained, "checkpoints", "keep")
	s.text(isURI, s.keys.CheckpointDir, "checkpoints", "dir")
	s.none(s.keys.CheckpointDir, "checkpoints")
}

func (s settings) savepoints() {
	s.text(isURI, s.keys.SavepointDir, "savepoints", "dir")
	s.none(s.keys.SavepointDir, "savepoints")
	if s.e.values["runtimeMode"] == "batch" {
		return
	}
	const history = "kubernetes.operator.savepoint.history.max."
	times := func(v string) bool { return v != "" && v != "0" && !isNumber(v) }
	if v, ok := s.take(times, "kubernetes.operator.periodic.savepoint.interval"); ok {
		set(s.e.values, v, "savepoints", "every")
		s.number(history+"count", "savepoints", "keep")
		s.text(isDuration, history+"age", "savepoints", "maxAge")
	}
	if _, ok := s.take(isOneOf("native"), "kubernetes.operator.savepoint.format.type"); ok {
		set(s.e.values, "native", "savepoints", "format")
	}
	s.flag("kubernetes.operator.job.savepoint-on-deletion", "savepoints", "onDelete")
}

func (s settings) restart() {
	kinds := isOneOf("fixed-delay", "failure-rate", "exponential-delay")
	strategy, ok := s.take(kinds, s.keys.RestartStrategy)
	if !ok {
		return
	}
	set(s.e.values, strings.ToLower(strategy), "restart", "strategy")
	switch strings.ToLower(strategy) {
	case "fixed-delay":
		s.number(s.keys.RestartFixedAttempts, "restart", "attempts")
		s.text(isDuration, s.keys.RestartFixedDelay, "restart", "delay")
	case "failure-rate":
		s.number(s.keys.RestartFailureMax, "restart", "attempts")
		s.text(isDuration, s.keys.RestartFailureWindow, "restart", "interval")
		s.text(isDuration, s.keys.RestartFailureDelay, "restart", "delay")
	default:
		s.text(isDuration, s.keys.RestartExpInitial, "restart", "initialBackoff")
		s.text(isDuration, s.keys.RestartExpMax, "restart", "maxBackoff")
	}
}

func (s settings) highAvailability() {
	if s.d.emr {
		return
	}
	if !isKubernetesHA(s.peek(s.keys.HAType)) || !isURI(s.peek(s.keys.HAStorageDir)) {
		set(s.e.values, false, "highAvailability", "enabled")
		return
	}
	s.take(isAny, s.keys.HAType)
	s.text(isURI, s.keys.HAStorageDir, "highAvailability", "storageDir")
}

func isKubernetesHA(value string) bool {
	return strings.EqualFold(value, "kubernetes") ||
		value == "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"
}

// backend reads the state backend. RocksDB on the local volume is what the values
// make of it; another place of its files stays configuration.
func (s settings) backend(pod podFacts) {
	kind := strings.ToLower(s.peek(s.keys.StateBackend))
	local := !slices.ContainsFunc(s.keys.LocalRecovery, func(key string) bool { return !isOn(s.peek(key)) })
	ebs := local && isOn(s.peek("task.local-recovery.ebs.enable"))
	disk := local && !ebs && pod.localState && s.peek(s.keys.LocalRecoveryDirs) == localStatePath+"/local-recovery"
	rocksDir := s.peek("state.backend.rocksdb.localdir") == localStatePath+"/rocksdb"
	switch {
	case ebs && (kind == "rocksdb" || kind == "hashmap"):
		set(s.e.values, kind, "stateBackend", "type")
		set(s.e.values, "ebs", "stateBackend", "localRecovery")
		s.drop(append(s.keys.LocalRecovery, s.keys.StateBackend, "task.local-recovery.ebs.enable")...)
		s.text(isAny, "kubernetes.taskmanager.local-recovery.persistentVolumeClaim.sizeLimit", "stateBackend", "localSize")
	case kind == "rocksdb" && pod.localState && rocksDir, kind == "hashmap" && disk:
		set(s.e.values, kind, "stateBackend", "type")
		s.drop(s.keys.StateBackend)
		s.localVolume(pod, disk, rocksDir)
	}
	s.flag(s.keys.Incremental, "stateBackend", "incremental")
	files := s.peek(s.keys.ChangelogStorage) == "filesystem" && isURI(s.peek(s.keys.ChangelogDir))
	if isOn(s.peek(s.keys.ChangelogEnabled)) && files {
		s.flag(s.keys.ChangelogEnabled, "changelog", "enabled")
		s.drop(s.keys.ChangelogStorage)
		s.text(isURI, s.keys.ChangelogDir, "changelog", "dir")
	}
}

// localVolume reads what the volume for local state stands for.
func (s settings) localVolume(pod podFacts, disk, rocksDir bool) {
	if rocksDir {
		s.drop("state.backend.rocksdb.localdir")
	}
	if disk {
		set(s.e.values, "disk", "stateBackend", "localRecovery")
		s.drop(append(s.keys.LocalRecovery, s.keys.LocalRecoveryDirs)...)
	}
	put(s.e.values, pod.localSize, "stateBackend", "localSize")
	if textAt(s.e.values, "taskManager", "ephemeralStorage") == withLogSpace(pod.localSize) {
		remove(s.e.values, "taskManager", "ephemeralStorage")
	}
	pod.takeLocalState()
}

// drop takes settings out that a field implies.
func (s settings) drop(keys ...string) {
	for _, key := range keys {
		s.take(isAny, key)
	}
}

// withLogSpace is the disk that spec gives TaskManagers with a local volume: its
// size, and 2Gi for logs.
func withLogSpace(size string) string {
	q, err := quantity.Parse(size)
	if err != nil {
		return ""
	}
	q.Add(*resource.NewQuantity(2<<30, resource.BinarySI))
	return q.String()
}

func (s settings) recovery() {
	if _, ok := s.take(isOneOf("region"), s.keys.FailoverStrategy); ok {
		set(s.e.values, true, "recovery", "fineGrained")
	}
	const combined = "jobmanager.adaptive-scheduler.combined-restart."
	adaptive := strings.EqualFold(s.peek(s.keys.Scheduler), "adaptive")
	if window := s.peek(combined + "window-interval"); adaptive && isOn(s.peek(combined+"enabled")) && isDuration(window) {
		s.take(isAny, combined+"enabled")
		s.text(isAny, combined+"window-interval", "recovery", "combinedRestart")
		s.take(isAny, s.keys.Scheduler)
	}
	if v, ok := s.take(isOneOf("true", "false"), "cluster.taskmanager.graceful-decommission.enabled"); ok {
		set(s.e.values, isOn(v), "recovery", "gracefulDecommission")
	}
}

// s3 reads the credentials provider; see spec for what each plugin has by itself.
func (s settings) s3(pod podFacts) {
	const hadoop, presto = "fs.s3a.aws.credentials.provider", "presto.s3.credentials-provider"
	if region := textAt(s.d.top, "cluster", "region"); aws.NeedsEndpointRegion(region) && (s.d.emr || pod.plugin == "hadoop") {
		s.take(func(v string) bool { return v == region }, "fs.s3a.endpoint.region") // derived
	}
	own := ""
	switch {
	case pod.plugin == "hadoop" && !s.d.emr:
		own = "com.amazonaws.auth.WebIdentityTokenCredentialsProvider"
		if textAt(s.d.top, "identity", "method") == "pod-identity" {
			own = "com.amazonaws.auth.DefaultAWSCredentialsProviderChain"
		}
	case s.d.emr && textAt(s.d.top, "identity", "method") == "pod-identity":
		own = "com.amazonaws.auth.DefaultAWSCredentialsProviderChain"
	}
	key := hadoop
	if pod.plugin == "presto" && !s.d.emr {
		key = presto
	}
	if pod.plugin == "none" && !s.d.emr {
		return
	}
	if v, ok := s.take(func(v string) bool { return v != "" }, key); ok && v != own {
		set(s.e.values, v, "s3", "credentialsProvider")
	}
}

func (s settings) autoscaler() {
	prefix := s.d.operator.AutoscalerPrefix()
	if s.d.emr {
		prefix = s.e.release.AutoscalerPrefix()
	}
	keys := flink.AutoscalerKeysFor(prefix)
	if !isOn(s.peek(keys.Enabled)) {
		return
	}
	s.flag(keys.Enabled, "autoscaler", "enabled")
	if v, ok := s.take(isOneOf("true", "false"), keys.ScalingEnabled); ok {
		set(s.e.values, isOn(v), "autoscaler", "scaling")
	}
	s.text(isDuration, keys.Stabilization, "autoscaler", "stabilization")
	s.text(isDuration, keys.MetricsWindow, "autoscaler", "window")
	for key, field := range map[string]string{keys.TargetUtilization: "targetUtilization", keys.Boundary: "boundary"} {
		plain := func(v string) bool {
			f, err := strconv.ParseFloat(v, 64)
			return err == nil && strconv.FormatFloat(f, 'f', -1, 64) == v
		}
		if v, ok := s.take(plain, key); ok {
			f, _ := strconv.ParseFloat(v, 64)
			set(s.e.values, f, "autoscaler", field)
		}
	}
	s.text(isDuration, keys.RestartTime, "autoscaler", "restartTime")
	s.text(isDuration, keys.CatchUp, "autoscaler", "catchUp")
	s.number(keys.MinParallelism, "autoscaler", "minParallelism")
	s.number(keys.MaxParallelism, "autoscaler", "maxParallelism")
	if v, ok := s.take(isAny, keys.ExcludeVertices); ok && v != "" {
		set(s.e.values, anyList(strings.Split(v, ";")), "autoscaler", "excludeVertices")
	}
	s.flag(keys.MemoryTuning, "autoscaler", "memoryTuning")
	s.autotune(keys)
	if s.e.version.AtLeast(1, 18) && s.e.values["runtimeMode"] != "batch" { // the autoscaler brings it along
		s.take(isOneOf("adaptive"), s.keys.Scheduler)
	}
}

// autotune reads the tuning of parameters: keys of their own on old EMR releases.
func (s settings) autotune(keys flink.AutoscalerKeys) {
	tune := flink.EMRAutotuneKeys()
	switch old := s.d.emr && s.e.release.Autotune() == flink.EMRAutotuneParameters; {
	case old && isOn(s.peek(tune.Enable)) && s.peek(tune.JobStatus) == "TOTAL_TIME":
		s.flag(tune.Enable, "autoscaler", "autotune")
		s.drop(tune.JobStatus)
	case !old:
		s.flag(keys.TimeTracking, "autoscaler", "autotune")
	}
}

// spellings are the keys of the configuration that mean one key, itself first.
func (d *Draft) spellings(e *entry, key string) []string {
	out := []string{key}
	for _, r := range flink.Renames() {
		switch {
		case len(r.New) != 1:
		case r.Old == key && d.knows(e.version, r.New[0]):
			out = append(out, r.New[0])
		case r.New[0] == key && d.knows(e.version, r.Old):
			out = append(out, r.Old)
		}
	}
	long := "kubernetes.operator." + key
	if strings.HasPrefix(key, "job.autoscaler.") {
		out = append(out, long)
	}
	return out
}
