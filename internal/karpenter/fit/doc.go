// Package fit tells whether Karpenter can start a node of a NodePool for a pod:
// labels, taints, the instance types that the requirements of both leave, and
// the room that these have. A declared group of nodes is judged in the same way.
//
// It goes by karpenter v1.14.1, pkg/controllers/provisioning/scheduling,
// filterInstanceTypesByRequirements; a test in internal/testkit/apis compares
// the verdicts with it. Other pods on the same node, topology and limits are not
// looked at.
//
// It may import karpenter, karpenter/instances, diag and manifest of this module.
package fit
