package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// CommonStatus is the part of the status that FlinkDeployment and
// FlinkSessionJob share.
type CommonStatus struct {
	// State of the job.
	JobStatus *JobStatus `json:"jobStatus,omitempty"`
	// What went wrong, as JSON text: type, message, stackTrace, throwableList.
	Error string `json:"error,omitempty"`
	// metadata.generation of the spec that was last worked on or ignored. It
	// does not move on while the spec is invalid.
	ObservedGeneration *int64 `json:"observedGeneration,omitempty"`
	// Where the object is in its life. DEPLOYED is submitted and not yet seen
	// healthy, STABLE is seen healthy.
	LifecycleState LifecycleState `json:"lifecycleState,omitempty"`
}

// FlinkDeploymentStatus is what the operator last saw of a cluster.
type FlinkDeploymentStatus struct {
	CommonStatus `json:",inline"`

	// What the cluster says of itself: flink-version, flink-revision,
	// total-cpu, total-memory, state-size.
	ClusterInfo map[string]string `json:"clusterInfo,omitempty"`
	// State of the JobManager's Deployment.
	JobManagerDeploymentStatus JobManagerDeploymentStatus `json:"jobManagerDeploymentStatus,omitempty"`
	// How far the operator is with the spec.
	ReconciliationStatus *ReconciliationStatus `json:"reconciliationStatus,omitempty"`
	// Number of TaskManagers, for the scale subresource.
	TaskManager *TaskManagerInfo `json:"taskManager,omitempty"`
	// Conditions. The operator writes one, Running, from 1.15 on.
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// TaskManagerInfo is what the scale subresource reads.
type TaskManagerInfo struct {
	// Selector of the TaskManager pods.
	LabelSelector string `json:"labelSelector,omitempty"`
	// Number of TaskManagers.
	Replicas *int32 `json:"replicas,omitempty"`
}

// ReconciliationStatus says how far the operator is with the spec.
type ReconciliationStatus struct {
	// When the spec was last worked on, in milliseconds since 1970.
	ReconciliationTimestamp *int64 `json:"reconciliationTimestamp,omitempty"`
	// Spec that was last worked on, as JSON text.
	LastReconciledSpec string `json:"lastReconciledSpec,omitempty"`
	// Spec that was last seen healthy, as JSON text.
	LastStableSpec string `json:"lastStableSpec,omitempty"`
	// What the operator is doing with it.
	State ReconciliationState `json:"state,omitempty"`
}

// JobStatus is what the operator last saw of a job.
type JobStatus struct {
	// Name of the job.
	JobName string `json:"jobName,omitempty"`
	// Flink's id of the job.
	JobID string `json:"jobId,omitempty"`
	// State that Flink gives.
	State FlinkJobState `json:"state,omitempty"`
	// When the job started, in milliseconds since 1970, as text.
	StartTime string `json:"startTime,omitempty"`
	// When the state last changed, in milliseconds since 1970, as text.
	UpdateTime string `json:"updateTime,omitempty"`
	// Savepoint or checkpoint that the next start goes on from.
	UpgradeSavepointPath string `json:"upgradeSavepointPath,omitempty"`
	// Savepoints. Deprecated by the operator in favour of FlinkStateSnapshot.
	SavepointInfo *SavepointInfo `json:"savepointInfo,omitempty"`
	// Checkpoints. Deprecated by the operator in favour of FlinkStateSnapshot.
	CheckpointInfo *CheckpointInfo `json:"checkpointInfo,omitempty"`
}

// SavepointInfo is what the operator knows of a job's savepoints.
type SavepointInfo struct {
	// Latest savepoint.
	LastSavepoint *Savepoint `json:"lastSavepoint,omitempty"`
	// Flink's id of the running request.
	TriggerID string `json:"triggerId,omitempty"`
	// When the running request was made, in milliseconds since 1970.
	TriggerTimestamp *int64 `json:"triggerTimestamp,omitempty"`
	// Why the running request was made.
	TriggerType SnapshotTriggerType `json:"triggerType,omitempty"`
	// Format of the running request.
	FormatType SavepointFormatType `json:"formatType,omitempty"`
	// Savepoints, oldest first.
	SavepointHistory []Savepoint `json:"savepointHistory,omitempty"`
	// When the last periodic savepoint was taken, in milliseconds since 1970.
	LastPeriodicSavepointTimestamp *int64 `json:"lastPeriodicSavepointTimestamp,omitempty"`
}

// Savepoint is one savepoint.
type Savepoint struct {
	// When it was taken, in milliseconds since 1970.
	TimeStamp *int64 `json:"timeStamp,omitempty"`
	// Where it is.
	Location string `json:"location,omitempty"`
	// Why it was taken.
	TriggerType SnapshotTriggerType `json:"triggerType,omitempty"`
	// Its format.
	FormatType SavepointFormatType `json:"formatType,omitempty"`
	// Value of savepointTriggerNonce that asked for it.
	TriggerNonce *int64 `json:"triggerNonce,omitempty"`
}

// CheckpointInfo is what the operator knows of the checkpoints that it asked for.
type CheckpointInfo struct {
	// Latest checkpoint.
	LastCheckpoint *Checkpoint `json:"lastCheckpoint,omitempty"`
	// Flink's id of the running request.
	TriggerID string `json:"triggerId,omitempty"`
	// When the running request was made, in milliseconds since 1970.
	TriggerTimestamp *int64 `json:"triggerTimestamp,omitempty"`
	// Why the running request was made.
	TriggerType SnapshotTriggerType `json:"triggerType,omitempty"`
	// Kind of the running request.
	FormatType CheckpointType `json:"formatType,omitempty"`
	// When the last periodic checkpoint was taken, in milliseconds since 1970.
	LastPeriodicCheckpointTimestamp *int64 `json:"lastPeriodicCheckpointTimestamp,omitempty"`
}

// Checkpoint is one checkpoint.
type Checkpoint struct {
	// When it was taken, in milliseconds since 1970.
	TimeStamp *int64 `json:"timeStamp,omitempty"`
	// Why it was taken.
	TriggerType SnapshotTriggerType `json:"triggerType,omitempty"`
	// Its kind.
	FormatType CheckpointType `json:"formatType,omitempty"`
	// Value of checkpointTriggerNonce that asked for it.
	TriggerNonce *int64 `json:"triggerNonce,omitempty"`
}
