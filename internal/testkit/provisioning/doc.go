// Package provisioning compares the plans of `helm flink capacity` with what Karpenter's own controllers start. It has
// tests alone.
package provisioning
