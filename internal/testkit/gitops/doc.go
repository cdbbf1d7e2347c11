// Package gitops holds tests of what is written for Argo CD and Flux: their objects on a real API server with their CRDs,
// and the health checks of Flink's kinds in Lua and CEL, run as Argo CD and Flux run them.
package gitops
