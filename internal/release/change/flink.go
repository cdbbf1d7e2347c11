package change

import (
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// judge weighs one change of a FlinkDeployment or FlinkSessionJob that exists before and after.
type judge struct {
	Input
	// session: a FlinkSessionJob.
	session bool
	live    live
	// spec is the spec after the change.
	spec map[string]any
	// old and new are the effective configurations of what runs and of what would.
	old, new flink.Config
	fields   []field
	meaning  Meaning
}

// flink judges a FlinkDeployment, or a FlinkSessionJob.
func (in Input) flink(session bool) Meaning {
	j := &judge{Input: in, session: session, live: alive(in.Before), spec: sub(in.After, "spec")}
	if in.After != nil && j.live.behind {
		j.live.base = withoutOverrides(j.live.base, j.spec)
	}
	j.old, j.new = j.config(j.live.base), j.config(j.spec)
	switch {
	case in.Before == nil:
		j.created()
	case in.After == nil:
		j.deleted()
	case nameOf(in.Before) != nameOf(in.After):
		j.replaced()
	case same(sub(in.Before, "spec"), j.spec):
		j.unchanged()
	case j.live.last == nil:
		j.undeployed()
	default:
		j.changed()
	}
	return j.meaning
}

// config gives the effective configuration of a spec: the operator's defaults, the session cluster's, its own.
func (j *judge) config(spec map[string]any) flink.Config {
	conf := j.Defaults
	if cluster := sub(j.Cluster, "spec"); cluster != nil {
		conf = conf.Over(flat(cluster["flinkConfiguration"]), flink.FromCluster)
	}
	return conf.Over(flat(at(spec, "flinkConfiguration")), flink.FromResource)
}

// stateful reports whether what runs has state.
func (j *judge) stateful() bool { return j.live.stateful(j.live.base, j.old) }

// unchanged judges a change that leaves the spec alone: labels and annotations of the object reach no pod.
func (j *judge) unchanged() {
	j.meaning.Lines = otherLines(j.Before, j.After)
	if len(j.meaning.Lines) > 0 {
		j.meaning.Effect = Ignored
	}
}

// created judges a new object. A job that is created suspended is never deployed (facts §6.3, deploy).
func (j *judge) created() {
	j.meaning.Effect = Created
	switch path := text(j.spec, "job", "initialSavepointPath"); {
	case text(j.spec, "job", "state") == "suspended":
		j.meaning.say("spec.job.state", "it is created suspended, so nothing is deployed until job.state is running", "")
	case !blank(path):
		j.meaning.How = FromInitial
		j.meaning.say("spec.job.initialSavepointPath", fmt.Sprintf("it starts from %q", path), "")
	}
}

// undeployed judges a change of an object that the operator never deployed: it has no lastReconciledSpec, and so
// nothing is compared (AbstractFlinkResourceReconciler.reconcile, isBeforeFirstDeployment).
func (j *judge) undeployed() {
	suspended := text(j.spec, "job", "state") == "suspended"
	for _, f := range fields(sub(j.Before, "spec"), j.spec, standalone(j.spec)) {
		effect := Created
		if suspended {
			effect = Ignored
		}
		j.meaning.Lines = append(j.meaning.Lines, Line{f.name(), effect})
	}
	j.created()
	if suspended {
		j.meaning.Effect = Ignored
		return
	}
	j.meaning.say("", "the operator has not deployed it yet, so this is its first deployment", "")
}

// deleted judges the end of an object. The operator cancels the job and deletes its HA metadata with it
// (ApplicationReconciler.cleanupInternal), after a savepoint if job.savepoint-on-deletion says so.
func (j *judge) deleted() {
	m := &j.meaning
	m.Effect = Deleted
	if !j.session && sub(j.live.base, "job") == nil {
		m.say("", "a session cluster goes only after its session jobs", "delete its FlinkSessionJobs first")
		return
	}
	if !j.stateful() {
		return
	}
	switch onDeletion := j.old.Bool(false, "kubernetes.operator.job.savepoint-on-deletion"); {
	case onDeletion && j.live.state == "RUNNING" && j.old.Text(flink.SavepointDirKeys()...) != "":
		m.How = FromSavepoint
		m.say("", "the operator takes a savepoint before it ends the job (kubernetes.operator.job.savepoint-on-deletion)",
			"note its path from the operator's events: the object that names it goes")
	case j.live.suspended() && j.live.savepoint != "":
		m.say("", fmt.Sprintf("the job is suspended and its state is in the savepoint %q, which stays", j.live.savepoint),
			"start from it with job.initialSavepointPath")
	default:
		m.lose("", "the job is cancelled, and its HA metadata, which names its last checkpoint, is deleted with it",
			"suspend it with upgradeMode savepoint first, and keep the path of the savepoint")
	}
}

// replaced judges a new name or namespace: one object is deleted and another created.
func (j *judge) replaced() {
	m := &j.meaning
	m.Effect = Replaced
	path := text(j.spec, "job", "initialSavepointPath")
	if !blank(path) {
		m.How = FromInitial
	}
	if !j.stateful() {
		return
	}
	old, new := nameOf(j.Before), nameOf(j.After)
	if blank(path) {
		m.lose("metadata.name", fmt.Sprintf("%s is deleted with its state, and %s starts from empty state", old, new),
			"keep the name, or take a savepoint and start the new one from it with job.initialSavepointPath")
		return
	}
	m.lose("metadata.name", fmt.Sprintf("%s starts from %q: what %s did after that savepoint is lost", new, path, old),
		"stop the old one with a savepoint first, and start the new one from that")
}

// changed judges a change of the spec of a deployed object.
func (j *judge) changed() {
	clusterSpec := j.live.base
	if j.session {
		clusterSpec = sub(j.Cluster, "spec")
	}
	isStandalone := standalone(clusterSpec)
	j.fields = fields(j.live.base, j.spec, isStandalone)
	if j.refused() {
		return
	}
	j.decide(isStandalone)
	j.lines()
	j.remark()
}

// decide sets the effect, the way and the losses that follow from the way.
func (j *judge) decide(isStandalone bool) {
	m := &j.meaning
	was, will := j.live.suspended(), text(j.spec, "job", "state") == "suspended"
	most := heaviest(j.fields)
	switch {
	case len(j.fields) == 0:
		m.Effect = Ignored
		why := "the operator reads the same from it as before"
		if j.live.behind {
			why = "it goes back to the spec that is deployed"
		}
		m.say("", why, "")
	case most == ignore:
		m.Effect = Ignored
	case most == redeploy:
		j.redeployed(will)
	case was && will:
		m.Effect = Ignored
		m.say("spec.job.state", "the job is suspended: the change counts when it is resumed", "")
		j.keptPaths()
	case was:
		j.resumed()
	case most == scale && j.inPlace(isStandalone):
		m.Effect = Scaled
	case sub(j.spec, "job") == nil:
		j.restarted()
	default:
		m.Effect = Upgraded
		if will {
			m.Effect = Suspended
		}
		j.stopped()
	}
}

// redeployed judges a new savepointRedeployNonce: the job is cancelled without a savepoint
// (AbstractJobReconciler.redeployWithSavepoint).
func (j *judge) redeployed(suspended bool) {
	m := &j.meaning
	path := text(j.spec, "job", "initialSavepointPath")
	m.Effect, m.How = Redeployed, FromInitial
	if j.stateful() {
		m.lose("spec.job.savepointRedeployNonce",
			fmt.Sprintf("the job is cancelled and starts from %q: what it did after that savepoint is lost", path),
			"take a savepoint first if the present state is worth keeping")
	}
	if suspended {
		m.say("spec.job.state", "the job stays stopped, and starts from that savepoint when it is resumed", "")
	}
}

// resumed judges the start of a suspended job: it inherits the mode that it was suspended with, unless the spec says
// stateless (AbstractJobReconciler.reconcileSpecChange).
func (j *judge) resumed() {
	m := &j.meaning
	m.Effect = Resumed
	switch kept := mode(j.live.last); {
	case mode(j.spec) == modeStateless:
		m.How = Stateless
		if j.stateful() {
			m.lose("spec.job.upgradeMode",
				fmt.Sprintf("the job was suspended with upgradeMode %s and is resumed with stateless: it starts from empty state", kept),
				"resume it with upgradeMode "+kept)
		}
	case kept == modeStateless:
		m.How = Stateless
		m.say("spec.job.upgradeMode", "the job was suspended with upgradeMode stateless, so there is no state to go on from", "")
	case kept == modeSavepoint:
		m.How = FromKnown
		j.keptPaths()
		j.nonRestored()
	default:
		m.How = FromLastState
		j.keptPaths()
		j.nonRestored()
	}
}

// keptPaths judges changed paths of a job that is suspended, by the mode that it was suspended with.
func (j *judge) keptPaths() {
	switch kept := mode(j.live.last); {
	case !j.stateful() || mode(j.spec) == modeStateless:
	case kept == modeLastState:
		j.statePaths(FromLastState)
	default:
		j.statePaths(FromKnown)
	}
}

// restarted judges an upgrade of a session cluster: it is deleted with its HA metadata kept, and deployed again
// (SessionReconciler.reconcileSpecChange).
func (j *judge) restarted() {
	m := &j.meaning
	m.Effect, m.How = Upgraded, Restart
	jobs := j.statefulJobs()
	if len(jobs) == 0 {
		return
	}
	names := list(jobs)
	if j.old.HAActive() && j.new.HAActive() {
		m.say("", fmt.Sprintf("its jobs restart from their last checkpoints by the HA metadata: %s", names), "")
		j.statePaths(FromLastState)
		return
	}
	m.lose("", fmt.Sprintf("high availability is off, and a session cluster without it forgets its jobs and their state: %s", names),
		"suspend its jobs with upgradeMode savepoint first, and resume them afterwards")
}

// statefulJobs names the session jobs of a cluster that have state, sorted.
func (j *judge) statefulJobs() []string {
	var names []string
	for _, job := range j.Jobs {
		l := alive(job)
		if l.stateful(l.base, j.old.Over(flat(at(l.base, "flinkConfiguration")), flink.FromResource)) && !l.suspended() {
			names = append(names, nameOf(job))
		}
	}
	slices.Sort(names)
	return names
}
