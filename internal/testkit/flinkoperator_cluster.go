package testkit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stepCluster takes the next step of a FlinkDeployment or a FlinkSessionJob.
func (f *FlinkOperator) stepCluster(ctx context.Context, in *store[clusterStatus], o *live[clusterStatus]) error {
	script, s := f.scriptOf(o.Metadata), o.Status
	switch {
	case o.Metadata.DeletionTimestamp != "":
		return f.endCluster(ctx, in, o, script)
	case !slices.Contains(o.Metadata.Finalizers, in.finalizer()):
		return finalizers(ctx, in, o, append(slices.Clone(o.Metadata.Finalizers), in.finalizer()))
	case s.LifecycleState == "":
		// Facts §1.3: MISSING is the default of jobManagerDeploymentStatus, CREATED the lifecycle before the first deploy.
		s.Reconciliation.State = stateUpgrading
		if o.Kind == "FlinkDeployment" {
			s.JobManager = managerMissing
		}
		return f.writeCluster(ctx, in, o, s)
	case script.is(Never):
		return nil
	case o.Metadata.Generation != s.ObservedGeneration:
		return f.reconcile(ctx, in, o, script)
	case s.Reconciliation.State == stateUpgrading:
		return f.submit(ctx, in, o)
	case s.Reconciliation.State == stateRollingBack:
		return f.rollBack(ctx, in, o)
	}
	return f.observe(ctx, in, o, script)
}

// reconcile judges a spec that was not observed (facts §6.1: observedGeneration is set before the new cluster is up).
func (f *FlinkOperator) reconcile(ctx context.Context, in *store[clusterStatus], o *live[clusterStatus], script Script) error {
	s := o.Status
	last := recall(s.Reconciliation.LastReconciledSpec)
	switch {
	case script.is(ValidationError):
		// Facts §2.6 row 81: event and status.error; the operator carries on with the last reconciled spec.
		const message = "the played operator refuses this spec"
		say(ctx, f, o, "Warning", "ValidationError", message)
		s.Error = complaint("org.apache.flink.kubernetes.operator.exception.ValidationException", message)
		return f.writeCluster(ctx, in, o, s)
	case script.is(Unsupported):
		// Facts §2.6 row 82: no status change at all.
		message := "Flink version " + dig[string](o.Spec, "flinkVersion") + " is not supported by this operator version"
		say(ctx, f, o, "Warning", "UnsupportedFlinkVersion", message)
		return nil
	case last.Spec == nil && suspended(o.Spec):
		// Facts §6.3 row deploy: a CR created with state suspended is never deployed.
		return nil
	case last.Spec == nil:
		if o.Kind == "FlinkSessionJob" && !f.clusterReady(ctx, o) {
			return nil
		}
		s.Reconciliation.LastReconciledSpec = record(o.Spec, "", true)
		s.Job.UpgradeSavepointPath = dig[string](o.Spec, "job", "initialSavepointPath") // §6.3 row deploy from savepoint
	case s.Reconciliation.State == stateUpgrading:
		s.Reconciliation.LastReconciledSpec = record(o.Spec, "suspended", last.Meta.FirstDeployment)
	default:
		if err := f.change(ctx, o, &s, last.Spec); err != nil {
			return err
		}
	}
	s.ObservedGeneration, s.Error = o.Metadata.Generation, ""
	s.Reconciliation.Timestamp = time.Now().UnixMilli()
	return f.writeCluster(ctx, in, o, s)
}

// suspended says whether the spec asks for a job that stands still.
func suspended(spec map[string]any) bool { return dig[string](spec, "job", "state") == "suspended" }

// change carries out a change of the spec of what was deployed (facts §6.1 and §6.2).
func (f *FlinkOperator) change(ctx context.Context, o *live[clusterStatus], s *clusterStatus, last map[string]any) error {
	r := &s.Reconciliation
	stable := r.LastReconciledSpec == r.LastStableSpec
	kind := judgeChange(last, o.Spec)
	switch kind {
	case unchanged, ignored:
		// §6.1: IGNORE-only changes still update lastReconciledSpec and observedGeneration.
		r.LastReconciledSpec = record(o.Spec, "", false)
		if stable {
			r.LastStableSpec = r.LastReconciledSpec
		}
		return nil
	case scaled:
		// §6.3 row rescale: standalone scales without a restart; the spec becomes stable when the job is seen running.
		r.LastReconciledSpec, r.State = record(o.Spec, "", false), stateDeployed
		say(ctx, f, o, "Normal", "SpecChanged", "SCALE change(s) detected")
		if f.pods {
			return f.scalePods(ctx, o)
		}
		return nil
	case upgraded, redeployed:
	}
	say(ctx, f, o, "Normal", "SpecChanged", "UPGRADE change(s) detected")
	if !suspended(last) {
		if err := f.stop(ctx, o, s); err != nil {
			return err
		}
		say(ctx, f, o, "Normal", "Suspended", "Suspending existing deployment.")
	}
	if kind == redeployed {
		// §6.3 row redeploy from savepoint: no savepoint is taken, progress since the given one is lost.
		s.Job.UpgradeSavepointPath = dig[string](o.Spec, "job", "initialSavepointPath")
	}
	r.State, r.LastReconciledSpec = stateUpgrading, record(o.Spec, "suspended", false)
	if suspended(o.Spec) {
		r.State = stateDeployed // §6.3 row suspend: lifecycleState SUSPENDED
	}
	return nil
}

// stop ends the running job as the upgrade mode says (facts §6.2 and §6.3 row suspend).
func (f *FlinkOperator) stop(ctx context.Context, o *live[clusterStatus], s *clusterStatus) error {
	running := s.Job.State == jobRunning
	if o.Kind == "FlinkDeployment" {
		s.JobManager = managerMissing
		s.ClusterInfo, s.TaskManager = nil, taskManagerStatus{}
	}
	if job := dig[map[string]any](o.Spec, "job"); job != nil {
		nonce := dig[any](recall(s.Reconciliation.LastReconciledSpec).Spec, "job", "savepointRedeployNonce")
		redeploys := job["savepointRedeployNonce"] != nil && job["savepointRedeployNonce"] != nonce
		state := jobCanceled
		switch mode := job["upgradeMode"]; {
		case redeploys, mode == "stateless", mode == nil: // stateless is the default (§1.1)
			s.Job.UpgradeSavepointPath = ""
		case mode == "savepoint" && running: // stop-with-savepoint, restore from it
			path := savepointPath(o.Spec, s.Job.JobID)
			if err := f.recordSavepoint(ctx, o, path); err != nil {
				return err
			}
			s.Job.UpgradeSavepointPath, state = path, jobFinished
		case !running && strings.Contains(s.Job.UpgradeSavepointPath, "://"): // terminal or not started: the recorded path
		case o.Kind == "FlinkSessionJob": // last-state of a session job: cancel, the last checkpoint's path
			s.Job.UpgradeSavepointPath = "s3://played/checkpoints/" + s.Job.JobID + "/chk-7"
		default: // last-state, or savepoint while not RUNNING: HA metadata
			s.Job.UpgradeSavepointPath = "KUBERNETES_OPERATOR_LAST_STATE"
		}
		s.Job.State, s.Job.UpdateTime = state, milliseconds()
	}
	if f.pods && o.Kind == "FlinkDeployment" {
		return f.removePods(ctx, o.Metadata)
	}
	return nil
}

func milliseconds() string { return strconv.FormatInt(time.Now().UnixMilli(), 10) }

// savepointPath makes up a savepoint's path as Flink does: savepoint-<6 of the job's id>-<12 at random> in the configured
// folder.
func savepointPath(spec map[string]any, job string) string {
	configuration := flat(spec["flinkConfiguration"])
	folder := "s3://played/savepoints"
	for _, key := range []string{"state.savepoints.dir", "execution.checkpointing.savepoint-dir"} {
		if configuration[key] != "" {
			folder = configuration[key]
		}
	}
	return fmt.Sprintf("%s/savepoint-%.6s-%s", strings.TrimSuffix(folder, "/"), job, identifier()[:12])
}

// identifier is 32 hexadecimal digits, as a job's id.
func identifier() string {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // it never fails
	return hex.EncodeToString(id)
}

// submit starts the cluster or hands the job to its session cluster, or ends a change that asks for a suspended job.
func (f *FlinkOperator) submit(ctx context.Context, in *store[clusterStatus], o *live[clusterStatus]) error {
	s, session := o.Status, o.Kind == "FlinkSessionJob"
	r := &s.Reconciliation
	first := recall(r.LastReconciledSpec).Meta.FirstDeployment
	r.State = stateDeployed
	if suspended(o.Spec) {
		r.LastReconciledSpec = record(o.Spec, "", first)
		return f.writeCluster(ctx, in, o, s)
	}
	if session && !f.clusterReady(ctx, o) {
		return nil
	}
	if f.pods && !session {
		if err := f.createPods(ctx, o, o.Spec); err != nil {
			return err // a quota, a service account that is not there: tried again
		}
	}
	r.LastReconciledSpec = record(o.Spec, "", false)
	s.Error = ""
	if !session {
		s.JobManager = "DEPLOYING"
	}
	say(ctx, f, o, "Normal", "Submit", "Starting deployment")
	if job := dig[map[string]any](o.Spec, "job"); job != nil {
		// ApplicationReconciler.setJobIdIfNecessary: a job keeps its id unless it is upgraded stateless; a session job
		// gets one at each submission.
		if mode := job["upgradeMode"]; s.Job.JobID == "" || session || mode == nil || mode == "stateless" {
			s.Job.JobID = identifier()
		}
		s.Job.JobName, s.Job.State = o.Metadata.Name, "RECONCILING"
		s.Job.StartTime, s.Job.UpdateTime = milliseconds(), milliseconds()
	}
	return f.writeCluster(ctx, in, o, s)
}

// rollBack goes back to the last stable spec; the object's own spec is not changed (facts §6.4).
func (f *FlinkOperator) rollBack(ctx context.Context, in *store[clusterStatus], o *live[clusterStatus]) error {
	s := o.Status
	if f.pods {
		if err := f.removePods(ctx, o.Metadata); err != nil {
			return err
		}
		if err := f.createPods(ctx, o, recall(s.Reconciliation.LastStableSpec).Spec); err != nil {
			return err
		}
	}
	s.Reconciliation.State, s.JobManager = stateRolledBack, "DEPLOYING"
	if s.Job.State != "" {
		s.Job.State, s.Job.UpdateTime = "RECONCILING", milliseconds()
	}
	return f.writeCluster(ctx, in, o, s)
}
