//nolint:lll // a marker of controller-gen cannot be wrapped
package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FlinkBlueGreenDeployment is an application cluster that is upgraded by
// starting a second one beside the first and then removing the first.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Namespaced,path=flinkbluegreendeployments,singular=flinkbluegreendeployment,shortName=flinkbgdep
// +kubebuilder:subresource:status
// +kubebuilder:printcolumn:name="Job Status",type=string,JSONPath=`.status.jobStatus.state`,description="State of the job."
type FlinkBlueGreenDeployment struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// What both clusters should be.
	Spec FlinkBlueGreenDeploymentSpec `json:"spec,omitzero"`
	// What the operator last saw. Written by the operator.
	Status FlinkBlueGreenDeploymentStatus `json:"status,omitzero"`
}

// FlinkBlueGreenDeploymentSpec says what both clusters should be and how the
// change from one to the other goes.
type FlinkBlueGreenDeploymentSpec struct {
	// Settings of the change: keys that start with
	// kubernetes.operator.bluegreen.
	Configuration map[string]string `json:"configuration,omitempty"`
	// Ingress to the web interface of the cluster that is active.
	Ingress *IngressSpec `json:"ingress,omitempty"`
	// FlinkDeployment that both clusters are made from. It must have a job.
	Template *FlinkDeploymentTemplate `json:"template,omitempty"`
}

// FlinkDeploymentTemplate is a FlinkDeployment without a name.
type FlinkDeploymentTemplate struct {
	// Labels and annotations of the FlinkDeployments.
	metav1.ObjectMeta `json:"metadata,omitzero"`
	// Spec of the FlinkDeployments.
	Spec *FlinkDeploymentSpec `json:"spec,omitempty"`
}

// FlinkBlueGreenDeploymentStatus is what the operator last saw of both
// clusters. Times are text.
type FlinkBlueGreenDeploymentStatus struct {
	// State of the job of the active cluster.
	JobStatus *JobStatus `json:"jobStatus,omitempty"`
	// Which cluster is active, or which change is going on.
	BlueGreenState BlueGreenState `json:"blueGreenState,omitempty"`
	// Spec that was last worked on, as JSON text.
	LastReconciledSpec string `json:"lastReconciledSpec,omitempty"`
	// When the spec was last worked on.
	LastReconciledTimestamp string `json:"lastReconciledTimestamp,omitempty"`
	// When a change that does not finish is given up.
	AbortTimestamp string `json:"abortTimestamp,omitempty"`
	// When the new cluster was ready.
	DeploymentReadyTimestamp string `json:"deploymentReadyTimestamp,omitempty"`
	// Flink's id of the savepoint that the new cluster starts from.
	SavepointTriggerID string `json:"savepointTriggerId,omitempty"`
	// What went wrong.
	Error string `json:"error,omitempty"`
}

// BlueGreenState is the state of a FlinkBlueGreenDeployment.
//
// +kubebuilder:validation:Enum=ACTIVE_BLUE;ACTIVE_GREEN;INITIALIZING_BLUE;SAVEPOINTING_BLUE;SAVEPOINTING_GREEN;TRANSITIONING_TO_BLUE;TRANSITIONING_TO_GREEN
type BlueGreenState string

// The states of a FlinkBlueGreenDeployment.
const (
	BlueGreenInitializingBlue     BlueGreenState = "INITIALIZING_BLUE"
	BlueGreenActiveBlue           BlueGreenState = "ACTIVE_BLUE"
	BlueGreenActiveGreen          BlueGreenState = "ACTIVE_GREEN"
	BlueGreenSavepointingBlue     BlueGreenState = "SAVEPOINTING_BLUE"
	BlueGreenSavepointingGreen    BlueGreenState = "SAVEPOINTING_GREEN"
	BlueGreenTransitioningToBlue  BlueGreenState = "TRANSITIONING_TO_BLUE"
	BlueGreenTransitioningToGreen BlueGreenState = "TRANSITIONING_TO_GREEN"
)
