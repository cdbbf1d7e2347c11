package v1beta1

import "k8s.io/apimachinery/pkg/util/intstr"

// EMRDeploymentSpec is what EMR on EKS adds to FlinkDeployment.spec. Apache's
// operator has none of it. Sources are pages of the EMR on EKS Development
// Guide, docs.aws.amazon.com/emr/latest/EMR-on-EKS-DevelopmentGuide.
type EMRDeploymentSpec struct {
	// EMR only. Release that the job runs on, emr-7.12.0-flink-latest or with
	// a date in place of latest. It names the image where image is not set.
	// Source: jobruns-flink-kubernetes-operator-run-application.
	EMRReleaseLabel string `json:"emrReleaseLabel,omitempty"`
	// EMR only. ARN of the IAM role of the job. The operator makes the service
	// accounts of the pods for it. Source:
	// jobruns-flink-kubernetes-operator-run-application.
	ExecutionRoleARN string `json:"executionRoleArn,omitempty"`
	// EMR only. Where the logs of the job go. It adds a sidecar to the
	// JobManager and TaskManager pods. Source:
	// jobruns-flink-monitoring-configuration.
	MonitoringConfiguration *MonitoringConfiguration `json:"monitoringConfiguration,omitempty"`
}

// EMRJobManagerSpec is what EMR on EKS adds to
// FlinkDeployment.spec.jobManager. Source: jobruns-flink-using-ha.
type EMRJobManagerSpec struct {
	// EMR only. Whether the JobManager is highly available, true by default.
	// Where it is false, replicas must be 1. Source: jobruns-flink-using-ha.
	HighAvailabilityEnabled *bool `json:"highAvailabilityEnabled,omitempty"`
	// EMR only. Place in S3 for the JobManager's metadata, needed while high
	// availability is on. Source: jobruns-flink-using-ha.
	StorageDir string `json:"storageDir,omitempty"`
}

// EMRHighAvailability reports whether EMR's operator switches high availability
// on, which is the default, also without a JobManager's part. It means nothing
// to Apache's operator. Source: jobruns-flink-using-ha.
func (j *JobManagerSpec) EMRHighAvailability() bool {
	return j == nil || j.HighAvailabilityEnabled == nil || *j.HighAvailabilityEnabled
}

// MonitoringConfiguration says where EMR's log sidecar sends the logs. Source:
// jobruns-flink-monitoring-configuration.
type MonitoringConfiguration struct {
	// EMR only. Image of the log sidecar. Source:
	// jobruns-flink-docker-flink-fluentd.
	Image string `json:"image,omitempty"`
	// EMR only. Logs to S3. Source: jobruns-flink-monitoring-configuration.
	S3MonitoringConfiguration *S3MonitoringConfiguration `json:"s3MonitoringConfiguration,omitempty"`
	// EMR only. Logs to CloudWatch. Source:
	// jobruns-flink-monitoring-configuration.
	CloudWatchMonitoringConfiguration *CloudWatchMonitoringConfiguration `json:"cloudWatchMonitoringConfiguration,omitempty"`
	// EMR only. Size of the log sidecar. Source:
	// jobruns-flink-monitoring-configuration.
	SideCarResources *SideCarResources `json:"sideCarResources,omitempty"`
	// EMR only. Rotation of the log files. Source:
	// jobruns-flink-monitoring-configuration.
	ContainerLogRotationConfiguration *ContainerLogRotationConfiguration `json:"containerLogRotationConfiguration,omitempty"`
}

// S3MonitoringConfiguration is a place in S3.
type S3MonitoringConfiguration struct {
	// EMR only. Bucket and prefix, written as bucket/prefix in AWS's examples;
	// whether an s3:// scheme is taken is not confirmed. Source:
	// jobruns-flink-monitoring-configuration.
	LogURI string `json:"logUri,omitempty"`
}

// CloudWatchMonitoringConfiguration is a log group.
type CloudWatchMonitoringConfiguration struct {
	// EMR only. Log group, made if it is missing. Source:
	// jobruns-flink-monitoring-configuration.
	LogGroupName string `json:"logGroupName,omitempty"`
	// EMR only. What the names of the log streams start with, empty by
	// default. Source: jobruns-flink-monitoring-configuration.
	LogStreamNamePrefix string `json:"logStreamNamePrefix,omitempty"`
}

// SideCarResources is the size of the log sidecar.
type SideCarResources struct {
	// EMR only. Upper bounds. Source: jobruns-flink-monitoring-configuration.
	Limits *SideCarLimits `json:"limits,omitempty"`
}

// SideCarLimits bounds the log sidecar.
type SideCarLimits struct {
	// EMR only. CPU, a Kubernetes quantity. Source:
	// jobruns-flink-monitoring-configuration.
	CPULimit string `json:"cpuLimit,omitempty"`
	// EMR only. Memory, a Kubernetes quantity, 512Mi by default. Source:
	// jobruns-flink-monitoring-configuration.
	MemoryLimit string `json:"memoryLimit,omitempty"`
}

// ContainerLogRotationConfiguration says when log files are rotated.
type ContainerLogRotationConfiguration struct {
	// EMR only. Size at which a file is rotated: a whole number and KB, MB or
	// GB, from 2KB to 2GB, 2GB by default. Source:
	// jobruns-flink-monitoring-configuration.
	RotationSize string `json:"rotationSize,omitempty"`
	// EMR only. Number of rotated files that are kept, 1 to 50, 10 by default.
	// AWS's page writes a number, AWS's blueprint a string; both are taken,
	// since the type in EMR's own CRD is not confirmed. Source:
	// jobruns-flink-monitoring-configuration.
	MaxFilesToKeep *intstr.IntOrString `json:"maxFilesToKeep,omitempty"`
}
