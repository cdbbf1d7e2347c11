package change

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// Keys of the operator that the decision depends on (KubernetesOperatorConfigOptions, operator 1.16.1).
const (
	fallbackKey  = "kubernetes.operator.job.upgrade.last-state-fallback.enabled"
	cancelKey    = "kubernetes.operator.job.upgrade.last-state.job-cancel.enabled"
	maxAgeKey    = "kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age"
	inPlaceKey   = "kubernetes.operator.job.upgrade.inplace-scaling.enabled"
	schedulerKey = "jobmanager.scheduler"
)

// stopped judges a job that runs and is to be stopped, for an upgrade or to be suspended: facts §6.2.
func (j *judge) stopped() {
	m := &j.meaning
	how, why := j.way()
	m.How = how
	switch {
	case how == Stateless && j.stateful():
		m.lose("spec.job.upgradeMode", "upgradeMode stateless: the job is cancelled and starts from empty state",
			"set job.upgradeMode to savepoint or last-state")
	case how == Waits && j.versionChanged():
		m.say("spec.flinkVersion", why, "set a savepoint directory ("+flink.SavepointDirKeys()[0]+
			") in a change of its own, and wait until the job runs, before the change of flinkVersion")
	case how == Waits:
		m.say("", why, "the operator goes on by itself when the job runs; until then its status does not change")
	case how == Fails:
		m.say("", why, "set job.initialSavepointPath to a savepoint or checkpoint, and job.savepointRedeployNonce to a new value")
	case why != "":
		m.say("", why, "")
	}
	if how != Stateless && how != Fails && j.stateful() {
		j.statePaths(how)
		j.nonRestored()
	}
}

// way is AbstractJobReconciler.getJobUpgrade and ApplicationReconciler.getJobUpgrade of operator 1.16.1, as far as the
// status and the configuration tell. Whether HA metadata is there cannot be seen: high availability that is on stands
// for it, but not where the job has ended and its JobManager still answers (useStatusSavepoint).
func (j *judge) way() (how How, why string) {
	want, l := mode(j.spec), j.live
	switch {
	case want == modeStateless:
		return Stateless, ""
	case l.terminal() && (l.state != "FAILED" || !j.old.HAActive() || l.manager == "READY"):
		return j.ended()
	case l.state == "CANCELLING":
		return Waits, "the job is being cancelled, and the operator waits until it is"
	case !j.cancels():
		return j.wayBefore110(want)
	case want == modeSavepoint && l.state == "RUNNING":
		return FromSavepoint, ""
	case want == modeSavepoint && !j.versionChanged() && !j.old.Bool(true, fallbackKey):
		return Waits, "the job does not run (" + stateOr(l.state) + "), a savepoint cannot be taken, and " + fallbackKey + " is false"
	case j.versionChanged():
		return j.newVersion(l.state == "RUNNING")
	default:
		return j.lastState()
	}
}

// ended decides for a job that has ended.
func (j *judge) ended() (How, string) {
	if j.live.savepoint == "" {
		return Fails, "the job has ended (" + j.live.state + ") and its status names no savepoint or checkpoint: " +
			"\"Job is in terminal state but last checkpoint is unknown … Manual restore required.\""
	}
	return FromKnown, fmt.Sprintf("the job has ended (%s): it starts from %q", j.live.state, j.live.savepoint)
}

// lastState decides for a last-state upgrade, or a savepoint upgrade of a job that does not run, which falls back to it.
func (j *judge) lastState() (How, string) {
	running := j.live.state == "RUNNING"
	switch {
	case j.live.cancellable() && (j.session || !j.old.HAActive() || j.old.Bool(false, cancelKey)):
		return FromCheckpoint, j.maxAge(running)
	case running:
		return FromLastState, j.maxAge(running)
	default:
		return j.notRunning()
	}
}

// cancels reports whether the operator has the last-state upgrade by cancellation: from 1.10. Nothing known counts as new.
func (j *judge) cancels() bool { return j.Operator.IsZero() || j.Operator.AtLeast(1, 10) }

// wayBefore110 is the same decision of operators up to 1.9.
func (j *judge) wayBefore110(want string) (How, string) {
	if j.live.state != "RUNNING" {
		return j.notRunning()
	}
	if want == modeSavepoint || j.versionChanged() || mode(j.live.base) != modeLastState && !j.old.HAActive() {
		return FromSavepoint, ""
	}
	return FromLastState, j.maxAge(true)
}

// versionChanged reports whether flinkVersion differs from what is deployed. A session job has none.
func (j *judge) versionChanged() bool {
	return !j.session && text(j.spec, "flinkVersion") != j.live.flinkVersion
}

// newVersion decides for another flinkVersion, for which HA metadata cannot be used.
func (j *judge) newVersion(running bool) (How, string) {
	change := fmt.Sprintf("flinkVersion changes from %s to %s", j.live.flinkVersion, text(j.spec, "flinkVersion"))
	switch {
	case running && j.old.Text(flink.SavepointDirKeys()...) != "":
		return FromSavepoint, change + ", for which the operator takes a savepoint"
	case j.live.cancellable():
		return FromCheckpoint, change + ", for which HA metadata cannot be used"
	default:
		return Waits, change + ", the job does not run (" + stateOr(j.live.state) + "), and so neither a savepoint nor a " +
			"cancellation is possible: the operator waits for ever"
	}
}

// notRunning decides for a job of an application cluster that cannot be cancelled; a session job has no HA metadata of
// its own to go by.
func (j *judge) notRunning() (How, string) {
	switch ha := j.old.HAActive() && j.new.HAActive(); {
	case ha && !j.session:
		return FromLastState, "the job does not run (" + stateOr(j.live.state) +
			"): it goes on from the HA metadata if that is still there"
	case !j.session && (j.live.manager == "MISSING" || j.live.manager == "ERROR"):
		return Fails, "the JobManager is " + strings.ToLower(j.live.manager) + " and high availability is off: " +
			"\"JobManager deployment is missing and HA metadata is not available to make stateful upgrades. … Manual restore required.\""
	default:
		return Waits, "the job does not run (" + stateOr(j.live.state) + "), and the operator waits until it does"
	}
}

// maxAge says what a limit on the checkpoint's age does to a last-state upgrade of a running job.
func (j *judge) maxAge(running bool) string {
	if age := j.new.Text(maxAgeKey); running && age != "" {
		return "with a last checkpoint older than " + age + " the operator waits for the next one or takes a savepoint (" +
			maxAgeKey + ")"
	}
	return ""
}

// stateOr names a job state that may be unknown.
func stateOr(state string) string {
	if state == "" {
		return "not seen yet"
	}
	return state
}

// inPlace reports whether a change of parallelism needs no restart by the operator. Standalone: with Flink's reactive
// mode, or on a session cluster (StandaloneFlinkService.scale). Native: overrides of a running job with the adaptive
// scheduler, from Flink 1.18, of which none is taken away (NativeFlinkService.scale).
func (j *judge) inPlace(isStandalone bool) bool {
	if isStandalone {
		return strings.EqualFold(j.old.Text("scheduler-mode"), "reactive") || sub(j.spec, "job") == nil
	}
	version := j.live.flinkVersion
	if j.session {
		version = text(j.Cluster, "spec", "flinkVersion")
	}
	v, err := flink.ParseVersion(version)
	if err != nil || !v.AtLeast(1, 18) || !j.old.Bool(true, inPlaceKey) ||
		!strings.EqualFold(j.old.Text(schedulerKey), "adaptive") || j.live.terminal() || j.live.state == "RECONCILING" {
		return false
	}
	kept := vertices(j.new.Text(overridesKey))
	for vertex := range vertices(j.old.Text(overridesKey)) {
		if !kept[vertex] {
			return false
		}
	}
	return true
}

// vertices reads the ids out of "id:4,id:2".
func vertices(overrides string) map[string]bool {
	ids := map[string]bool{}
	for entry := range strings.SplitSeq(overrides, ",") {
		if id, _, ok := strings.Cut(strings.TrimSpace(entry), ":"); ok {
			ids[id] = true
		}
	}
	return ids
}
