// Package flink holds facts of Apache Flink, of the Flink Kubernetes Operator
// and of Amazon EMR on EKS with Flink: versions, releases, the spelling of
// configuration keys, and how memory sizes and durations are read. Its
// sub-package v1beta1 has the operator's API types.
//
// Every table names its source. A version that is in no table is unknown, and
// the functions say so instead of guessing.
//
// The package is near the bottom of the module: it may import the standard
// library, k8s.io/api, k8s.io/apimachinery, internal/manifest and internal/diag,
// and no other package of this module.
package flink
