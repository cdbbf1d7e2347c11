package flink

// Keys are the configuration keys whose spelling depends on the Flink version,
// with a few more that never changed, so that a caller spells none by hand.
type Keys struct {
	CheckpointDir     string
	SavepointDir      string
	CheckpointStorage string
	NumRetained       string
	StateBackend      string
	Incremental       string
	// LocalRecovery are the boolean keys that, all set to true, switch
	// task-local recovery on: one key in Flink 1, two in Flink 2.
	LocalRecovery     []string
	LocalRecoveryDirs string
	HAType            string
	RestartStrategy   string

	HAStorageDir         string
	ChangelogEnabled     string
	ChangelogStorage     string
	ChangelogDir         string
	CheckpointInterval   string
	CheckpointMode       string
	CheckpointTimeout    string
	CheckpointMinPause   string
	CheckpointRetention  string
	RuntimeMode          string
	FailoverStrategy     string
	Scheduler            string
	MaxParallelism       string
	TaskSlots            string
	RestartFixedAttempts string
	RestartFixedDelay    string
	RestartExpInitial    string
	RestartExpMax        string
	RestartExpMultiplier string
	RestartExpReset      string
	RestartExpJitter     string
	RestartFailureMax    string
	RestartFailureWindow string
	RestartFailureDelay  string
}

// Rename is one configuration key that Flink 2 spells otherwise.
type Rename struct {
	// Old is the spelling of Flink 1; Flink 2 may no longer know it.
	Old string
	// New are the keys of Flink 2 that replace it, all of them together.
	New []string
}

// Renames lists the keys that were renamed between Flink 1 and Flink 2, in the
// order of Old. Sources: apache/flink, CheckpointingOptions.java,
// StateChangelogOptions.java, StateRecoveryOptions.java, HighAvailabilityOptions.java,
// docs/content/release-notes/flink-2.0.md.
func Renames() []Rename {
	return []Rename{
		{"dstl.dfs.base-path", []string{"state.changelog.dstl.dfs.base-path"}},
		{"high-availability", []string{"high-availability.type"}},
		{"restart-strategy", []string{"restart-strategy.type"}},
		{"state.backend", []string{"state.backend.type"}},
		{"state.backend.changelog.enabled", []string{"state.changelog.enabled"}},
		{"state.backend.changelog.storage", []string{"state.changelog.storage"}},
		{"state.backend.incremental", []string{"execution.checkpointing.incremental"}},
		{"state.backend.local-recovery", []string{
			"execution.state-recovery.from-local", "execution.checkpointing.local-backup.enabled",
		}},
		{"state.checkpoint-storage", []string{"execution.checkpointing.storage"}},
		{"state.checkpoints.create-subdir", []string{"execution.checkpointing.create-subdir"}},
		{"state.checkpoints.dir", []string{"execution.checkpointing.dir"}},
		{"state.checkpoints.num-retained", []string{"execution.checkpointing.num-retained"}},
		{"state.savepoints.dir", []string{"execution.checkpointing.savepoint-dir"}},
		{"state.storage.fs.memory-threshold", []string{"execution.checkpointing.data-inline-threshold"}},
		{"state.storage.fs.write-buffer-size", []string{"execution.checkpointing.write-buffer-size"}},
		{"taskmanager.state.local.root-dirs", []string{"execution.checkpointing.local-backup.dirs"}},
	}
}

// Spell gives the keys to write for a key in Flink 1's spelling: the key
// itself up to Flink 1.20, which still takes it, and the new keys from 2.0 on.
// A key that was never renamed comes back as it is. The zero version counts as
// Flink 1.
func Spell(v Version, old string) []string {
	if v.AtLeast(2, 0) {
		for _, r := range Renames() {
			if r.Old == old {
				return r.New
			}
		}
	}
	return []string{old}
}

// KeysFor gives the keys as the Flink version wants them: the old ones up to
// 1.20 (which takes both; EMR's and Apache's examples for it use the old), the
// new ones alone from 2.0.
func KeysFor(v Version) Keys {
	one := func(old string) string { return Spell(v, old)[0] }
	return Keys{
		CheckpointDir:     one("state.checkpoints.dir"),
		SavepointDir:      one("state.savepoints.dir"),
		CheckpointStorage: one("state.checkpoint-storage"),
		NumRetained:       one("state.checkpoints.num-retained"),
		StateBackend:      one("state.backend"),
		Incremental:       one("state.backend.incremental"),
		LocalRecovery:     Spell(v, "state.backend.local-recovery"),
		LocalRecoveryDirs: one("taskmanager.state.local.root-dirs"),
		HAType:            one("high-availability"),
		RestartStrategy:   one("restart-strategy"),

		HAStorageDir:         "high-availability.storageDir",
		ChangelogEnabled:     one("state.backend.changelog.enabled"),
		ChangelogStorage:     one("state.backend.changelog.storage"),
		ChangelogDir:         one("dstl.dfs.base-path"),
		CheckpointInterval:   "execution.checkpointing.interval",
		CheckpointMode:       "execution.checkpointing.mode",
		CheckpointTimeout:    "execution.checkpointing.timeout",
		CheckpointMinPause:   "execution.checkpointing.min-pause",
		CheckpointRetention:  "execution.checkpointing.externalized-checkpoint-retention",
		RuntimeMode:          "execution.runtime-mode",
		FailoverStrategy:     "jobmanager.execution.failover-strategy",
		Scheduler:            "jobmanager.scheduler",
		MaxParallelism:       "pipeline.max-parallelism",
		TaskSlots:            "taskmanager.numberOfTaskSlots",
		RestartFixedAttempts: "restart-strategy.fixed-delay.attempts",
		RestartFixedDelay:    "restart-strategy.fixed-delay.delay",
		RestartExpInitial:    "restart-strategy.exponential-delay.initial-backoff",
		RestartExpMax:        "restart-strategy.exponential-delay.max-backoff",
		RestartExpMultiplier: "restart-strategy.exponential-delay.backoff-multiplier",
		RestartExpReset:      "restart-strategy.exponential-delay.reset-backoff-threshold",
		RestartExpJitter:     "restart-strategy.exponential-delay.jitter-factor",
		RestartFailureMax:    "restart-strategy.failure-rate.max-failures-per-interval",
		RestartFailureWindow: "restart-strategy.failure-rate.failure-rate-interval",
		RestartFailureDelay:  "restart-strategy.failure-rate.delay",
	}
}
