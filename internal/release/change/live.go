package change

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// lastStateDummy stands in upgradeSavepointPath for "the HA metadata" (AbstractJobReconciler).
const lastStateDummy = "KUBERNETES_OPERATOR_LAST_STATE"

// live is a FlinkDeployment or FlinkSessionJob as it runs.
type live struct {
	// last is the spec that the operator last worked on, with the upgrade mode that it really used; nil before the first
	// deployment.
	last map[string]any
	// base is the spec to compare with: the live one, or last while the operator has not caught up.
	base map[string]any
	// behind: base is last.
	behind bool
	// flinkVersion is what is deployed.
	flinkVersion string
	// state is Flink's state of the job, manager the state of the JobManager's Deployment.
	state, manager string
	// savepoint is the path that the status would restore from, "" for none and for HA metadata.
	savepoint string
	// snapshots: the status names a savepoint or checkpoint.
	snapshots bool
	// rolledBack: the operator went back to the last stable spec.
	rolledBack bool
}

// alive reads a live object.
func alive(object map[string]any) live {
	status := sub(object, "status")
	job := sub(status, "jobStatus")
	l := live{
		last:    reconciled(text(status, "reconciliationStatus", "lastReconciledSpec")),
		state:   text(job, "state"),
		manager: text(status, "jobManagerDeploymentStatus"),
	}
	l.base = sub(object, "spec")
	if observed := at(status, "observedGeneration"); l.last != nil &&
		(observed == nil || !same(observed, at(object, "metadata", "generation"))) {
		l.base, l.behind = l.last, true
	}
	l.flinkVersion = text(l.last, "flinkVersion")
	if text(status, "reconciliationStatus", "state") == "ROLLED_BACK" {
		l.rolledBack = true
		if stable := reconciled(text(status, "reconciliationStatus", "lastStableSpec")); stable != nil {
			l.flinkVersion = text(stable, "flinkVersion")
		}
	}
	upgrade := text(job, "upgradeSavepointPath")
	l.savepoint = upgrade
	if upgrade == "" {
		l.savepoint = text(job, "savepointInfo", "lastSavepoint", "location")
	}
	if l.savepoint == lastStateDummy {
		l.savepoint = ""
	}
	l.snapshots = l.savepoint != "" || upgrade != "" || at(job, "checkpointInfo", "lastCheckpoint") != nil
	return l
}

// reconciled reads the JSON text of reconciliationStatus: {"spec": …, "resource_metadata": …}. Nil for none.
func reconciled(data string) map[string]any {
	var stored struct {
		Spec map[string]any `json:"spec"`
	}
	if data == "" || json.Unmarshal([]byte(data), &stored) != nil {
		return nil
	}
	return stored.Spec
}

// suspended reports whether the operator has stopped the job on request.
func (l live) suspended() bool { return text(l.last, "job", "state") == "suspended" }

// terminal reports whether Flink says that the job has ended.
func (l live) terminal() bool {
	return slices.Contains([]string{"FINISHED", "FAILED", "CANCELED"}, l.state)
}

// cancellable is CommonStatus.isJobCancellable: the job is known and has not ended.
func (l live) cancellable() bool { return l.state != "" && l.state != "RECONCILING" && !l.terminal() }

// stateful reports whether there is state that could be lost: a job that was deployed and has not finished, and that
// takes checkpoints, keeps state over upgrades or has a snapshot in its status. Checkpointing that is switched on in
// the job's own code alone, with no directory configured, cannot be seen.
func (l live) stateful(spec map[string]any, conf flink.Config) bool {
	if l.last == nil || sub(spec, "job") == nil || l.state == "FINISHED" && !l.suspended() {
		return false
	}
	if l.suspended() && mode(l.last) == modeStateless {
		return false
	}
	interval := conf.Duration(0, "execution.checkpointing.interval")
	return interval > time.Duration(0) || conf.Text(flink.CheckpointDirKeys()...) != "" || l.snapshots ||
		mode(spec) != modeStateless
}

// The values of job.upgradeMode.
const (
	modeStateless = "stateless"
	modeSavepoint = "savepoint"
	modeLastState = "last-state"
)

// mode gives job.upgradeMode with the operator's default.
func mode(spec map[string]any) string {
	if m := text(spec, "job", "upgradeMode"); m != "" {
		return m
	}
	return modeStateless
}

// standalone reports whether a spec of a FlinkDeployment says so; null is native.
func standalone(spec map[string]any) bool { return text(spec, "mode") == "standalone" }

// withoutOverrides drops what the autoscaler writes into the spec that it reconciles, unless the other spec names it.
func withoutOverrides(last, other map[string]any) map[string]any {
	settings := flat(last["flinkConfiguration"])
	if _, ok := settings[overridesKey]; !ok {
		return last
	}
	if _, ok := flat(other["flinkConfiguration"])[overridesKey]; ok {
		return last
	}
	kept := map[string]any{}
	for key, value := range settings {
		if key != overridesKey {
			kept[key] = value
		}
	}
	last = maps.Clone(last)
	last["flinkConfiguration"] = kept
	return last
}

// blank reports whether a text is empty but for space.
func blank(s string) bool { return strings.TrimSpace(s) == "" }
