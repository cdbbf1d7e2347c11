// Package model is what the rules look at: the objects of one call, judged
// together as a World, with the Flink resources decoded, their effective
// configuration computed, and every field still knowing its place in the input.
//
// It may import pods, karpenter, flink, aws, manifest and diag.
package model
