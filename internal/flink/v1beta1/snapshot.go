package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FlinkStateSnapshot is one savepoint or checkpoint of a job.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Namespaced,path=flinkstatesnapshots,singular=flinkstatesnapshot,shortName=flinksnp
// +kubebuilder:subresource:status
// +kubebuilder:printcolumn:name="Path",type=string,JSONPath=`.status.path`,description="Where the snapshot is."
// +kubebuilder:printcolumn:name="Result Timestamp",type=string,JSONPath=`.status.resultTimestamp`,description="When it ended."
// +kubebuilder:printcolumn:name="Snapshot State",type=string,JSONPath=`.status.state`,description="State of the snapshot."
type FlinkStateSnapshot struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// What to take. Exactly one of savepoint and checkpoint is set.
	Spec FlinkStateSnapshotSpec `json:"spec,omitzero"`
	// What became of it. Written by the operator.
	Status FlinkStateSnapshotStatus `json:"status,omitzero"`
}

// FlinkStateSnapshotSpec says what to take of which job.
type FlinkStateSnapshotSpec struct {
	// Job to take it of, in the same namespace. Not needed for a savepoint
	// that already exists.
	JobReference *JobReference `json:"jobReference,omitempty"`
	// Take a savepoint.
	Savepoint *SavepointSpec `json:"savepoint,omitempty"`
	// Take a checkpoint. Needs Flink 1.17 or newer.
	Checkpoint *CheckpointSpec `json:"checkpoint,omitempty"`
	// Number of further attempts after a failure: -1, the default, is without
	// end, 0 is none.
	BackoffLimit *int32 `json:"backoffLimit,omitempty"`
}

// JobReference names a job.
type JobReference struct {
	// Kind of the object that runs the job.
	Kind JobKind `json:"kind,omitempty"`
	// Name of that object.
	Name string `json:"name,omitempty"`
}

// JobKind is a kind that runs a job.
//
// +kubebuilder:validation:Enum=FlinkDeployment;FlinkSessionJob
type JobKind string

// The two kinds.
const (
	JobKindFlinkDeployment JobKind = KindFlinkDeployment
	JobKindFlinkSessionJob JobKind = KindFlinkSessionJob
)

// SavepointSpec says how a savepoint is taken.
type SavepointSpec struct {
	// Directory to take it in, or, with alreadyExists, the savepoint itself.
	// Left out, the job's savepoint directory.
	Path string `json:"path,omitempty"`
	// Format: CANONICAL (the default) or NATIVE. UNKNOWN passes the API and
	// fails in the operator.
	FormatType SavepointFormatType `json:"formatType,omitempty"`
	// Whether the files go when this object goes, true by default.
	DisposeOnDelete *bool `json:"disposeOnDelete,omitempty"`
	// Whether path is a savepoint that is there already, false by default.
	AlreadyExists *bool `json:"alreadyExists,omitempty"`
}

// CheckpointSpec says how a checkpoint is taken. There is nothing to say yet.
type CheckpointSpec struct{}

// SavepointFormatType is the format of a savepoint's files.
//
// +kubebuilder:validation:Enum=CANONICAL;NATIVE;UNKNOWN
type SavepointFormatType string

// The formats of savepoints.
const (
	SavepointFormatCanonical SavepointFormatType = "CANONICAL"
	SavepointFormatNative    SavepointFormatType = "NATIVE"
	SavepointFormatUnknown   SavepointFormatType = "UNKNOWN"
)

// FlinkStateSnapshotStatus is what became of a snapshot.
type FlinkStateSnapshotStatus struct {
	// State of the snapshot.
	State SnapshotState `json:"state,omitempty"`
	// Flink's id of the running request.
	TriggerID string `json:"triggerId,omitempty"`
	// When it was asked for.
	TriggerTimestamp string `json:"triggerTimestamp,omitempty"`
	// When it was done or failed.
	ResultTimestamp string `json:"resultTimestamp,omitempty"`
	// Where it is.
	Path string `json:"path,omitempty"`
	// Why the last attempt failed.
	Error string `json:"error,omitempty"`
	// Number of failed attempts.
	Failures *int32 `json:"failures,omitempty"`
}

// SnapshotState is the state of a FlinkStateSnapshot.
//
// +kubebuilder:validation:Enum=ABANDONED;COMPLETED;FAILED;IN_PROGRESS;TRIGGER_PENDING
type SnapshotState string

// The states of a snapshot. Completed, failed and abandoned are final.
const (
	SnapshotTriggerPending SnapshotState = "TRIGGER_PENDING"
	SnapshotInProgress     SnapshotState = "IN_PROGRESS"
	SnapshotCompleted      SnapshotState = "COMPLETED"
	SnapshotFailed         SnapshotState = "FAILED"
	SnapshotAbandoned      SnapshotState = "ABANDONED"
)
