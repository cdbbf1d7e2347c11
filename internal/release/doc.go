// Package release makes Helm releases of objects: which object goes into which
// release, in which order they are installed, and what Helm's actions do with
// them. The releases are ordinary ones: helm list, history, get and rollback
// work on them.
//
// It may import cluster, flink and manifest, and of third parties Helm's actions
// and client-go.
package release
