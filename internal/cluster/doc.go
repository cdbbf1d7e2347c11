// Package cluster speaks to a live cluster: it connects, retries what may be
// retried, reads the state of what was deployed, waits for it and explains what
// it waits for.
//
// It may import flink, manifest and diag, and of third parties client-go.
package cluster
