// Package importer turns existing manifests into values: the inverse of what
// spec and the charts do.
//
// Read proposes values in the friendly fields. Whoever renders them hands the
// objects back to Amend, which compares these with the imported ones and says
// what differs in `flinkConfiguration`, in the pod templates or in `spec`; what
// cannot be said there is a finding (Judge). So nothing is lost in silence.
//
// Two objects are compared by their meaning: pod templates by the pods that the
// operator makes of them (package pods), configuration by key in whatever
// spelling and with Flink's defaults (package catalog), node pools by their
// requirements. Documented in docs/import.md.
//
// It may import pods, karpenter, flink, aws, manifest and diag of this module.
package importer
