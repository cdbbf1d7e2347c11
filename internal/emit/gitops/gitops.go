// Package gitops holds what the layouts of Argo CD and Flux share.
//
// It may import emit, base, and what those may.
package gitops

import (
	"path"

	"github.com/helm-flink/helm-flink/internal/emit/base"
)

// Source says where the directory lies that is written, and how what it holds is
// brought to a cluster. Nothing of it has a default that works everywhere.
type Source struct {
	// RepoURL and Revision name the repository and its branch, tag or commit.
	RepoURL, Revision string
	// Path is the written directory's in the repository, slash-separated; "." is the
	// root.
	Path string
	// Namespace is that of Argo CD's or Flux's own objects; empty for the one that
	// they are usually installed in.
	Namespace string
	// Secret is the Secret with the repository's credentials, which Flux reads;
	// empty for a repository that anyone may read.
	Secret string
	// Chart is the operator's where the objects do not have it.
	Chart *Chart
	// Prune removes from the cluster what left the repository; see Prunes.
	Prune bool
}

// In is a path in the repository, of a file below the written directory.
func (s Source) In(name string) string { return path.Join(s.Path, name) }

// Prunes reports whether what leaves a unit may be deleted: not the definitions,
// nor what the jobs stand on, which takes every job and its state along, nor the
// operator's namespace, nor its chart where that is one of others, which may hold
// the definitions.
func (s Source) Prunes(u base.Unit) bool {
	return s.Prune && (u.Wave == base.Operator || u.Wave == base.Jobs)
}
