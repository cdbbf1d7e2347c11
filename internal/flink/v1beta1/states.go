//nolint:lll // a marker of controller-gen cannot be wrapped
package v1beta1

// LifecycleState says where a FlinkDeployment or FlinkSessionJob is in its life.
//
// +kubebuilder:validation:Enum=CREATED;DELETED;DELETING;DEPLOYED;FAILED;ROLLED_BACK;ROLLING_BACK;STABLE;SUSPENDED;UPGRADING
type LifecycleState string

// The lifecycle states.
const (
	LifecycleCreated     LifecycleState = "CREATED"
	LifecycleSuspended   LifecycleState = "SUSPENDED"
	LifecycleUpgrading   LifecycleState = "UPGRADING"
	LifecycleDeployed    LifecycleState = "DEPLOYED"
	LifecycleStable      LifecycleState = "STABLE"
	LifecycleRollingBack LifecycleState = "ROLLING_BACK"
	LifecycleRolledBack  LifecycleState = "ROLLED_BACK"
	LifecycleFailed      LifecycleState = "FAILED"
	LifecycleDeleting    LifecycleState = "DELETING"
	LifecycleDeleted     LifecycleState = "DELETED"
)

// FlinkJobState is the state that Flink gives a job.
//
// +kubebuilder:validation:Enum=CANCELED;CANCELLING;CREATED;FAILED;FAILING;FINISHED;INITIALIZING;RECONCILING;RESTARTING;RUNNING;SUSPENDED
type FlinkJobState string

// The states of a job. Failed, canceled and finished are final.
const (
	FlinkJobInitializing FlinkJobState = "INITIALIZING"
	FlinkJobCreated      FlinkJobState = "CREATED"
	FlinkJobRunning      FlinkJobState = "RUNNING"
	FlinkJobFailing      FlinkJobState = "FAILING"
	FlinkJobFailed       FlinkJobState = "FAILED"
	FlinkJobCancelling   FlinkJobState = "CANCELLING"
	FlinkJobCanceled     FlinkJobState = "CANCELED"
	FlinkJobFinished     FlinkJobState = "FINISHED"
	FlinkJobRestarting   FlinkJobState = "RESTARTING"
	FlinkJobSuspended    FlinkJobState = "SUSPENDED"
	FlinkJobReconciling  FlinkJobState = "RECONCILING"
)

// JobManagerDeploymentStatus is the state of the JobManager's Deployment.
//
// +kubebuilder:validation:Enum=DEPLOYED_NOT_READY;DEPLOYING;ERROR;MISSING;READY
type JobManagerDeploymentStatus string

// The states of the JobManager's Deployment.
const (
	JobManagerReady            JobManagerDeploymentStatus = "READY"
	JobManagerDeployedNotReady JobManagerDeploymentStatus = "DEPLOYED_NOT_READY"
	JobManagerDeploying        JobManagerDeploymentStatus = "DEPLOYING"
	JobManagerMissing          JobManagerDeploymentStatus = "MISSING"
	JobManagerError            JobManagerDeploymentStatus = "ERROR"
)

// ReconciliationState says what the operator is doing with a spec.
//
// +kubebuilder:validation:Enum=DEPLOYED;ROLLED_BACK;ROLLING_BACK;UPGRADING
type ReconciliationState string

// The reconciliation states.
const (
	ReconciliationDeployed    ReconciliationState = "DEPLOYED"
	ReconciliationUpgrading   ReconciliationState = "UPGRADING"
	ReconciliationRollingBack ReconciliationState = "ROLLING_BACK"
	ReconciliationRolledBack  ReconciliationState = "ROLLED_BACK"
)

// SnapshotTriggerType says why a savepoint or checkpoint was taken.
//
// +kubebuilder:validation:Enum=MANUAL;PERIODIC;UNKNOWN;UPGRADE
type SnapshotTriggerType string

// The reasons of a snapshot.
const (
	SnapshotTriggerManual   SnapshotTriggerType = "MANUAL"
	SnapshotTriggerPeriodic SnapshotTriggerType = "PERIODIC"
	SnapshotTriggerUpgrade  SnapshotTriggerType = "UPGRADE"
	SnapshotTriggerUnknown  SnapshotTriggerType = "UNKNOWN"
)

// CheckpointType is the kind of a checkpoint.
//
// +kubebuilder:validation:Enum=FULL;INCREMENTAL;UNKNOWN
type CheckpointType string

// The kinds of checkpoints.
const (
	CheckpointFull        CheckpointType = "FULL"
	CheckpointIncremental CheckpointType = "INCREMENTAL"
	CheckpointUnknown     CheckpointType = "UNKNOWN"
)
