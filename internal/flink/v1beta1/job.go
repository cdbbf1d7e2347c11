package v1beta1

// JobSpec is a job, of an application cluster or of a FlinkSessionJob.
type JobSpec struct {
	// Where the job's jar is. An application cluster reads it from the image
	// (local://) or a file system; for a session job the operator fetches it.
	// Left out for a job that is on the image's class path.
	JarURI string `json:"jarURI,omitempty"`
	// Number of parallel subtasks. It must be at least 1 unless
	// taskManager.replicas is set.
	Parallelism *int32 `json:"parallelism,omitempty"`
	// Main class of the job.
	EntryClass string `json:"entryClass,omitempty"`
	// Arguments of the main class.
	Args []string `json:"args,omitempty"`
	// Whether the job should run: running (the default) or suspended.
	State JobState `json:"state,omitempty"`
	// Change it to any other number to take a savepoint. Deprecated by the
	// operator in favour of FlinkStateSnapshot.
	SavepointTriggerNonce *int64 `json:"savepointTriggerNonce,omitempty"`
	// Savepoint or checkpoint to start from. Read at the first deployment, and
	// when savepointRedeployNonce changes; later edits do nothing.
	InitialSavepointPath string `json:"initialSavepointPath,omitempty"`
	// Change it to any other number to take a checkpoint. Deprecated by the
	// operator in favour of FlinkStateSnapshot.
	CheckpointTriggerNonce *int64 `json:"checkpointTriggerNonce,omitempty"`
	// What happens to the state when the job is next upgraded or suspended:
	// stateless (the default) drops it, savepoint takes a savepoint first,
	// last-state goes on from the latest checkpoint.
	UpgradeMode UpgradeMode `json:"upgradeMode,omitempty"`
	// Whether state that belongs to no operator of the job may be dropped.
	AllowNonRestoredState *bool `json:"allowNonRestoredState,omitempty"`
	// Change it to any other number to redeploy the job from
	// initialSavepointPath. Progress since that savepoint is lost.
	SavepointRedeployNonce *int64 `json:"savepointRedeployNonce,omitempty"`
	// Change it to any other number to clear what the autoscaler has learnt.
	AutoscalerResetNonce *int64 `json:"autoscalerResetNonce,omitempty"`
}

// JobState says whether a job should run.
//
// +kubebuilder:validation:Enum=running;suspended
type JobState string

// The two states that a user may ask for.
const (
	JobStateRunning   JobState = "running"
	JobStateSuspended JobState = "suspended"
)

// UpgradeMode says what happens to a job's state when the job is upgraded.
//
// +kubebuilder:validation:Enum=last-state;savepoint;stateless
type UpgradeMode string

// The three modes.
const (
	UpgradeModeLastState UpgradeMode = "last-state"
	UpgradeModeSavepoint UpgradeMode = "savepoint"
	UpgradeModeStateless UpgradeMode = "stateless"
)
