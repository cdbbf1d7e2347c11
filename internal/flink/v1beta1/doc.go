// Package v1beta1 has the Go types of the Flink Kubernetes Operator's API,
// group flink.apache.org, version v1beta1: FlinkDeployment, FlinkSessionJob,
// FlinkStateSnapshot and FlinkBlueGreenDeployment, spec and status.
//
// The fields are those of operator 1.15, and those that Amazon EMR on EKS adds,
// each of which says "EMR only" and its source. The types decode strictly: with
// unknown fields disallowed, a misspelt field is an error. No field is
// required, since the operator's own CRDs require none and fill defaults in
// Java; the defaults that the comments name are those.
//
// The comments are the descriptions of the CRDs in charts/flink-operator/crds,
// which the program internal/tools/crdgen makes from this package.
//
// The package may import the standard library, k8s.io/api/core/v1 and
// k8s.io/apimachinery, and nothing of this module.
//
// +groupName=flink.apache.org
// +versionName=v1beta1
package v1beta1

// The API's group, its only version, and both as they stand in apiVersion.
const (
	Group      = "flink.apache.org"
	Version    = "v1beta1"
	APIVersion = Group + "/" + Version
)

// The kinds of the API.
const (
	KindFlinkDeployment          = "FlinkDeployment"
	KindFlinkSessionJob          = "FlinkSessionJob"
	KindFlinkStateSnapshot       = "FlinkStateSnapshot"
	KindFlinkBlueGreenDeployment = "FlinkBlueGreenDeployment"
)
