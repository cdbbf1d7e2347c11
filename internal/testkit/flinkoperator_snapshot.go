package testkit

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// snapshotStatus is the status of a FlinkStateSnapshot (facts §1.3).
type snapshotStatus struct {
	State            string `json:"state,omitempty"`
	Path             string `json:"path,omitempty"`
	TriggerID        string `json:"triggerId,omitempty"`
	TriggerTimestamp string `json:"triggerTimestamp,omitempty"`
	ResultTimestamp  string `json:"resultTimestamp,omitempty"`
	Error            string `json:"error,omitempty"`
	Failures         int    `json:"failures"`
}

// stepSnapshot takes the next step of a snapshot: TRIGGER_PENDING, IN_PROGRESS, COMPLETED; ABANDONED when the job does
// not run (facts §6.3 rows savepoint, checkpoint and adopt existing savepoint).
func (f *FlinkOperator) stepSnapshot(ctx context.Context, o *live[snapshotStatus]) error {
	in, script, s := &f.snapshots, f.scriptOf(o.Metadata), o.Status
	job := f.referenced(o)
	switch {
	case o.Metadata.DeletionTimestamp != "":
		return f.endSnapshot(ctx, o, script, job)
	case !slices.Contains(o.Metadata.Finalizers, in.finalizer()):
		return finalizers(ctx, in, o, append(slices.Clone(o.Metadata.Finalizers), in.finalizer()))
	case s.State == "":
		s.State = "TRIGGER_PENDING"
	case script.is(Never), script.is(ValidationError):
		// Facts §2.6 row 83: an invalid snapshot stays TRIGGER_PENDING for ever.
		return nil
	default:
		f.moveSnapshot(ctx, o, &s, script, job)
	}
	if err := f.labelSnapshot(ctx, o, s.State); err != nil {
		return err
	}
	return writeStatus(ctx, f, in, f.current(o), s)
}

// moveSnapshot moves a snapshot on that has a state.
func (f *FlinkOperator) moveSnapshot(
	ctx context.Context, o *live[snapshotStatus], s *snapshotStatus, script Script, job *live[clusterStatus],
) {
	now := time.Now().UTC().Format(time.RFC3339)
	switch {
	case s.State != "TRIGGER_PENDING" && s.State != "IN_PROGRESS": // it has ended
	case dig[bool](o.Spec, "savepoint", "alreadyExists"):
		s.State, s.Path, s.ResultTimestamp = "COMPLETED", dig[string](o.Spec, "savepoint", "path"), now
	case job == nil || job.Status.Job.State != jobRunning:
		s.State, s.Error, s.ResultTimestamp = "ABANDONED", "Job is not running", now
		say(ctx, f, o, "Warning", "SnapshotAbandoned", s.Error)
	case s.State == "TRIGGER_PENDING":
		s.State, s.TriggerID, s.TriggerTimestamp = "IN_PROGRESS", identifier(), now
	case script.is(Failing):
		s.State, s.Error, s.ResultTimestamp, s.Failures = "FAILED", "the played savepoint failed", now, s.Failures+1
		say(ctx, f, o, "Warning", "SnapshotError", s.Error)
	case o.Spec["checkpoint"] != nil:
		s.State, s.ResultTimestamp = "COMPLETED", now
		s.Path = "s3://played/checkpoints/" + job.Status.Job.JobID + "/chk-8"
	default:
		s.State, s.ResultTimestamp, s.Path = "COMPLETED", now, savepointPath(job.Spec, job.Status.Job.JobID)
	}
}

// referenced is the job of a snapshot, or nil.
func (f *FlinkOperator) referenced(o *live[snapshotStatus]) *live[clusterStatus] {
	name := dig[string](o.Spec, "jobReference", "name")
	if dig[string](o.Spec, "jobReference", "kind") == "FlinkSessionJob" {
		return f.sessionJobs.get(o.Metadata.Namespace, name)
	}
	return f.deployments.get(o.Metadata.Namespace, name)
}

// current is what is known of an object after it was written.
func (f *FlinkOperator) current(o *live[snapshotStatus]) *live[snapshotStatus] {
	if now := f.snapshots.get(o.Metadata.Namespace, o.Metadata.Name); now != nil {
		return now
	}
	return o
}

// labelSnapshot keeps the labels that a snapshot carries (facts §1.3, labels to rely on).
func (f *FlinkOperator) labelSnapshot(ctx context.Context, o *live[snapshotStatus], state string) error {
	if o.Metadata.Labels["snapshot.state"] == state {
		return nil
	}
	labels := map[string]string{"snapshot.state": state, "snapshot.type": "SAVEPOINT"}
	if o.Spec["checkpoint"] != nil {
		labels["snapshot.type"] = "CHECKPOINT"
	}
	if o.Metadata.Labels["snapshot.trigger-type"] == "" {
		labels["snapshot.trigger-type"] = "MANUAL"
	}
	if name := dig[string](o.Spec, "jobReference", "name"); name != "" {
		labels["job-reference.name"], labels["job-reference.kind"] = name, dig[string](o.Spec, "jobReference", "kind")
	}
	patch := map[string]any{"metadata": map[string]any{"resourceVersion": o.Metadata.ResourceVersion, "labels": labels}}
	answer := new(live[snapshotStatus])
	path := f.snapshots.one(o.Metadata)
	if err := f.client.do(ctx, http.MethodPatch, path, "application/merge-patch+json", patch, answer); err != nil {
		return err
	}
	f.snapshots.keep(answer)
	return nil
}

// endSnapshot takes the finalizer off; a savepoint that is to be disposed of needs its job running (facts §6.3 row delete
// snapshot). disposeOnDelete is true by default (§1.2).
func (f *FlinkOperator) endSnapshot(ctx context.Context, o *live[snapshotStatus], script Script, job *live[clusterStatus]) error {
	in := &f.snapshots
	if script.is(Stuck) || !slices.Contains(o.Metadata.Finalizers, in.finalizer()) {
		return nil
	}
	savepoint := dig[map[string]any](o.Spec, "savepoint")
	disposes := savepoint != nil && savepoint["disposeOnDelete"] != false && o.Status.State == "COMPLETED"
	if disposes && (job == nil || job.Status.Job.State != jobRunning) {
		say(ctx, f, o, "Warning", "CleanupFailed", "Cannot dispose of the savepoint "+o.Status.Path+": the job is not running")
		return nil
	}
	return finalizers(ctx, in, o, without(o.Metadata.Finalizers, in.finalizer()))
}
