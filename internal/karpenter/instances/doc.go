// Package instances is the catalogue of EC2 instance types: the values of
// Karpenter's labels, what pods get of a node (allocatable), and prices; which
// instances the requirements of a NodePool leave, and which of its lines are
// for nothing.
//
// The built-in data, types.tsv.gz and prices.tsv.gz, are written by
// internal/tools/instancetypes, and say where they are from and of which day.
// The sizes are computed as Karpenter's AWS provider does it
// (github.com/aws/karpenter-provider-aws v1.14.1, pkg/providers/instancetype/types.go),
// without the provider, which would link the EC2 SDK.
//
// It may import karpenter, diag and manifest/quantity of this module.
package instances
