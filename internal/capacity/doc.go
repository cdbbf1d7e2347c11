// Package capacity tells which nodes Karpenter would start for the pods of a
// platform, whether all of them have one, and what the nodes cost.
//
// It makes a Simulation, which Karpenter's own scheduler answers in a program of
// its own (package scheduler), and a Plan of the Outcome. It may import pods,
// karpenter, flink, aws, manifest and diag of this module.
package capacity
