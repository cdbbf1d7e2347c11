package rules

import (
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// job is a job as the operator's rules about jobs see it: of an application
// cluster, or of a session job together with its cluster.
type job struct {
	spec     *v1beta1.JobSpec // nil if there is none
	config   flink.Config     // the effective one
	flink    flink.Version    // zero if unknown
	operator flink.Operator
	world    *model.World
	replicas bool // taskManager.replicas is set, which stands for the parallelism
	field    func(path ...string) []string
}

func jobOfCluster(c *model.Cluster) job {
	return job{
		spec: c.Spec.Job, config: c.Config, flink: c.Flink, operator: c.World.Operator.Version, world: c.World,
		field:    c.Field,
		replicas: c.Spec.TaskManager != nil && c.Spec.TaskManager.Replicas != nil,
	}
}

// jobOfSession gives the job of a session job; ok is false where its cluster is
// not in the input, since the operator then checks the jar alone.
func jobOfSession(j *model.SessionJob) (job, bool) {
	if j.Cluster == nil {
		return job{}, false
	}
	config := j.Config
	if !j.World.Operator.Version.AtLeast(1, 8) {
		config = j.Cluster.Config // 1.7.0 does not look at the job's own (measured)
	}
	return job{
		spec: j.Spec.Job, config: config, flink: j.Cluster.Flink, operator: j.World.Operator.Version, world: j.World,
		field: j.Field,
	}, true
}

// jobRule makes the checks of a rule that judges jobs: that of a cluster, and that
// of a session job whose cluster is in the input.
func jobRule(check func(job, model.Say)) (func(*model.Cluster, model.Say), func(*model.SessionJob, model.Say)) {
	return func(c *model.Cluster, say model.Say) { check(jobOfCluster(c), say) },
		func(j *model.SessionJob, say model.Say) {
			if of, ok := jobOfSession(j); ok {
				check(of, say)
			}
		}
}

// stateful reports whether upgrades keep the state: the mode is stateless where
// it is left out (JobSpec.java).
func (j job) stateful() bool {
	return j.spec.UpgradeMode != "" && j.spec.UpgradeMode != v1beta1.UpgradeModeStateless
}

// checkpointDirKeys are the spellings of the checkpoint directory that the
// operator knows. Up to 1.7 it is built with a Flink that has the old one alone
// (measured with 1.7.0); 1.16.1 takes both.
func checkpointDirKeys(j job) []string {
	keys := flink.CheckpointDirKeys()
	if !j.operator.AtLeast(1, 8) {
		return keys[1:]
	}
	return keys
}

// savepointDir is the savepoint directory as the operator finds it: see
// checkpointDirKeys.
func savepointDir(j job) string {
	keys := flink.SavepointDirKeys()
	if !j.operator.AtLeast(1, 8) {
		keys = keys[1:]
	}
	return j.config.Text(keys...)
}

func savepointDirHint(j job) string {
	key := "state.savepoints.dir"
	if j.operator.AtLeast(1, 8) {
		key = flink.Spell(j.flink, key)[0]
	}
	return orOperator(j.world, "set "+key+" in flinkConfiguration, for example to s3://BUCKET/PREFIX/savepoints")
}
