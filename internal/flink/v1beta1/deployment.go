//nolint:lll // a marker of controller-gen cannot be wrapped
package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FlinkDeployment is a Flink cluster: an application cluster, which runs one
// job and lives as long as it, or a session cluster, which waits for
// FlinkSessionJobs.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Namespaced,path=flinkdeployments,singular=flinkdeployment,shortName=flinkdep
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.taskManager.replicas,statuspath=.status.taskManager.replicas,selectorpath=.status.taskManager.labelSelector
// +kubebuilder:printcolumn:name="Job Status",type=string,JSONPath=`.status.jobStatus.state`,description="State of the job."
// +kubebuilder:printcolumn:name="Lifecycle State",type=string,JSONPath=`.status.lifecycleState`,description="Such as STABLE or FAILED."
type FlinkDeployment struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// What the cluster should be.
	Spec FlinkDeploymentSpec `json:"spec,omitzero"`
	// What the operator last saw. Written by the operator.
	Status FlinkDeploymentStatus `json:"status,omitzero"`
}

// FlinkDeploymentSpec says what a Flink cluster should be.
type FlinkDeploymentSpec struct {
	// Job that an application cluster runs. Left out, the cluster is a session
	// cluster. It can be neither added nor removed later.
	Job *JobSpec `json:"job,omitempty"`
	// Change it to any other number to restart the cluster. Removing it
	// restarts nothing.
	RestartNonce *int64 `json:"restartNonce,omitempty"`
	// Flink's configuration, and the operator's keys for this cluster: keys
	// and values, flat or nested. Operators before 1.13 take flat strings only.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	FlinkConfiguration FreeForm `json:"flinkConfiguration,omitempty"`
	// Container image of the JobManager and the TaskManagers.
	Image string `json:"image,omitempty"`
	// When the image is pulled: Always, IfNotPresent or Never. The API takes
	// any text; the operator fails on any other.
	ImagePullPolicy string `json:"imagePullPolicy,omitempty"`
	// Service account of the JobManager and TaskManager pods. The operator
	// asks for it; EMR takes executionRoleArn in its place.
	ServiceAccount string `json:"serviceAccount,omitempty"`
	// Minor version of Flink in the image. The operator asks for it.
	FlinkVersion FlinkVersion `json:"flinkVersion,omitempty"`
	// Ingress to the web interface.
	Ingress *IngressSpec `json:"ingress,omitempty"`
	// Pod that the JobManager and the TaskManagers start from. The main
	// container is called flink-main-container.
	PodTemplate *PodTemplate `json:"podTemplate,omitempty"`
	// Size, number and pod of the JobManager.
	JobManager *JobManagerSpec `json:"jobManager,omitempty"`
	// Size, number and pod of the TaskManagers.
	TaskManager *TaskManagerSpec `json:"taskManager,omitempty"`
	// Logging configuration: the keys are log4j-console.properties and
	// logback-console.xml, the values the text of the file.
	LogConfiguration map[string]string `json:"logConfiguration,omitempty"`
	// Who starts the TaskManagers: native (Flink itself, the default) or
	// standalone (the operator). It cannot be changed later.
	Mode KubernetesDeploymentMode `json:"mode,omitempty"`

	EMRDeploymentSpec `json:",inline"`
}

// JobManagerSpec is the JobManager's part of a cluster.
type JobManagerSpec struct {
	// Size of each JobManager.
	Resource *Resource `json:"resource,omitempty"`
	// Number of JobManagers, 1 by default (2 with EMR). More than one are
	// standbys and need high availability.
	Replicas *int32 `json:"replicas,omitempty"`
	// Pod of the JobManager, merged over the cluster's podTemplate.
	PodTemplate *PodTemplate `json:"podTemplate,omitempty"`

	EMRJobManagerSpec `json:",inline"`
}

// TaskManagerSpec is the TaskManagers' part of a cluster.
type TaskManagerSpec struct {
	// Size of each TaskManager.
	Resource *Resource `json:"resource,omitempty"`
	// Number of TaskManagers. If it is set, job.parallelism is ignored: the
	// job runs with this number times the slots of each.
	Replicas *int32 `json:"replicas,omitempty"`
	// Pod of the TaskManagers, merged over the cluster's podTemplate.
	PodTemplate *PodTemplate `json:"podTemplate,omitempty"`
}

// Resource is the size of a JobManager or TaskManager.
type Resource struct {
	// Number of CPUs, a fraction is fine.
	CPU *float64 `json:"cpu,omitempty"`
	// Memory of the whole process, as Flink reads it: 2048m and 2g count in
	// powers of 1024. What Flink cannot read, such as 2Gi, is read as a
	// Kubernetes quantity.
	Memory string `json:"memory,omitempty"`
	// Ephemeral storage, a Kubernetes quantity.
	EphemeralStorage string `json:"ephemeralStorage,omitempty"`
}

// IngressSpec says how the web interface is reached.
type IngressSpec struct {
	// Host and path. {{name}} and {{namespace}} are replaced.
	Template string `json:"template,omitempty"`
	// Ingress class.
	ClassName string `json:"className,omitempty"`
	// Annotations of the Ingress.
	Annotations map[string]string `json:"annotations,omitempty"`
	// Labels of the Ingress.
	Labels map[string]string `json:"labels,omitempty"`
	// TLS of the Ingress.
	TLS []IngressTLS `json:"tls,omitempty"`
}

// IngressTLS names the hosts of a certificate.
type IngressTLS struct {
	// Hosts that the certificate is for.
	Hosts []string `json:"hosts,omitempty"`
	// Secret that holds the certificate.
	SecretName string `json:"secretName,omitempty"`
}

// KubernetesDeploymentMode says who starts the TaskManagers.
//
// +kubebuilder:validation:Enum=native;standalone
type KubernetesDeploymentMode string

// The two modes.
const (
	ModeNative     KubernetesDeploymentMode = "native"
	ModeStandalone KubernetesDeploymentMode = "standalone"
)

// FlinkVersion is a minor version of Flink as v1_20: what
// internal/flink.Version.String gives.
//
// +kubebuilder:validation:Enum=v1_13;v1_14;v1_15;v1_16;v1_17;v1_18;v1_19;v1_20;v2_0;v2_1;v2_2
type FlinkVersion string
