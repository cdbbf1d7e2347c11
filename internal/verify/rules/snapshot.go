package rules

import (
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// adopted reports whether the snapshot is of a savepoint that is already there,
// of which the operator asks nothing.
func adopted(s *model.Snapshot) bool {
	p := s.Spec.Savepoint
	return p != nil && p.AlreadyExists != nil && *p.AlreadyExists
}

// snapshotTarget finds the job of a snapshot; found is false if the input has
// none. The job has no configuration if it is a session job whose cluster is
// not in the input.
func snapshotTarget(s *model.Snapshot) (j job, found bool) {
	ref := s.Spec.JobReference
	if ref == nil {
		return job{}, false
	}
	if ref.Kind == v1beta1.JobKindFlinkDeployment {
		if c := s.World.Cluster(s.Key.Namespace, ref.Name); c != nil {
			return jobOfCluster(c), true
		}
		return job{}, false
	}
	for _, sj := range s.World.SessionJobs {
		if sj.Key.Namespace == s.Key.Namespace && sj.Key.Name == ref.Name {
			j, ok := jobOfSession(s.World.SessionJob(sj))
			if !ok {
				return job{flink: flink.Version{}}, true
			}
			return j, true
		}
	}
	return job{}, false
}
