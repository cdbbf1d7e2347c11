package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FlinkSessionJob is a job on a session cluster of the same namespace.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Namespaced,path=flinksessionjobs,singular=flinksessionjob,shortName=sessionjob
// +kubebuilder:subresource:status
// +kubebuilder:printcolumn:name="Job Status",type=string,JSONPath=`.status.jobStatus.state`,description="State of the job."
// +kubebuilder:printcolumn:name="Lifecycle State",type=string,JSONPath=`.status.lifecycleState`,description="Such as STABLE."
type FlinkSessionJob struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// What the job should be.
	Spec FlinkSessionJobSpec `json:"spec,omitzero"`
	// What the operator last saw. Written by the operator.
	Status FlinkSessionJobStatus `json:"status,omitzero"`
}

// FlinkSessionJobSpec says what a job on a session cluster should be.
type FlinkSessionJobSpec struct {
	// Job to run.
	Job *JobSpec `json:"job,omitempty"`
	// Change it to any other number to restart the job. Removing it restarts
	// nothing.
	RestartNonce *int64 `json:"restartNonce,omitempty"`
	// Flink's configuration for the job, over the cluster's. Only keys of a
	// job have an effect.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	FlinkConfiguration FreeForm `json:"flinkConfiguration,omitempty"`
	// Name of the session cluster, a FlinkDeployment without a job in the same
	// namespace. It cannot be changed later.
	DeploymentName string `json:"deploymentName,omitempty"`
}

// FlinkSessionJobStatus is what the operator last saw of a session job.
type FlinkSessionJobStatus struct {
	CommonStatus `json:",inline"`

	// How far the operator is with the spec.
	ReconciliationStatus *ReconciliationStatus `json:"reconciliationStatus,omitempty"`
}
