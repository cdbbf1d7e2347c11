package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
)

// Snapshot is a FlinkStateSnapshot.
type Snapshot struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Job is the name of the job that it belongs to, JobKind its kind; empty where
	// nothing says it.
	Job     string `json:"job,omitempty"`
	JobKind string `json:"jobKind,omitempty"`
	// Type is savepoint or checkpoint; Trigger MANUAL, PERIODIC or UPGRADE.
	Type    string `json:"type"`
	Trigger string `json:"trigger,omitempty"`
	State   string `json:"state"`
	Path    string `json:"path,omitempty"`
	Time    string `json:"time,omitempty"`
	// Disposed says that the files go with the resource.
	Disposed bool   `json:"disposeOnDelete"`
	Error    string `json:"error,omitempty"`
}

func snapshotOf(o cluster.Object) Snapshot {
	labels := func(key string) string { return o.Text("metadata", "labels", key) }
	s := Snapshot{
		Namespace: o.Namespace(), Name: o.Name(), Type: "savepoint", Trigger: labels("snapshot.trigger-type"),
		State: cluster.StateOf(o).Word, Path: o.Text("status", "path"), Time: taken(o), Error: cluster.ErrorText(o),
		Job:     cmp.Or(o.Text("spec", "jobReference", "name"), labels("job-reference.name")),
		JobKind: cmp.Or(o.Text("spec", "jobReference", "kind"), labels("job-reference.kind")),
	}
	if _, name, ok := strings.Cut(labels(jobLabel), "."); ok && s.Job == "" {
		s.Job = name
	}
	if o.At("spec", "checkpoint") != nil {
		s.Type = "checkpoint"
	} else {
		s.Disposed = o.At("spec", "savepoint", "disposeOnDelete") != false // true by default
	}
	return s
}

func sortSnapshots(all []Snapshot) {
	slices.SortStableFunc(all, func(a, b Snapshot) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Job, b.Job), instant(a.Time).Compare(instant(b.Time)),
			cmp.Compare(a.Name, b.Name))
	})
}

// Snapshots lists the FlinkStateSnapshots of a job, or of all with no name.
func (a *App) Snapshots(ctx context.Context, req JobRequest) ([]Snapshot, error) {
	s, err := a.jobsOf(ctx, req.ClusterRequest, false)
	if err != nil {
		return nil, err
	}
	var j *job
	if req.Job != "" {
		if j, err = s.find(req.Job); err != nil {
			return nil, err
		}
	}
	out := []Snapshot{}
	for _, o := range s.survey.snapshots {
		if j == nil || belongs(o, j.object) {
			out = append(out, snapshotOf(o))
		}
	}
	sortSnapshots(out)
	return out, nil
}

// SavepointRequest asks for a savepoint, or takes over one that is there.
type SavepointRequest struct {
	JobRequest
	// Name is that of the FlinkStateSnapshot, Path and Format those of the
	// savepoint; empty for JOB-savepoint-MS, the job's directory and CANONICAL.
	Name, Path, Format string
	// Adopt takes over the savepoint at Path.
	Adopt bool
}

// Savepoint takes a savepoint of a running job, which outlives the
// FlinkStateSnapshot that asks for it.
func (a *App) Savepoint(ctx context.Context, req SavepointRequest) (*JobResult, error) {
	result := &JobResult{}
	j, _, err := a.findJob(ctx, req.JobRequest)
	if err != nil {
		return result, err
	}
	state := cluster.StateOf(j.object)
	switch {
	case j.blueGreen():
		return result, fmt.Errorf("%s: a savepoint is taken of one colour: name its FlinkDeployment, %s-blue or %s-green",
			j.target, j.target.Name, j.target.Name)
	case j.session():
		return result, fmt.Errorf("%s: it is a session cluster and has no job of its own; name one of its session jobs", j.target)
	case !req.Adopt && state.Job != "RUNNING":
		return result, fmt.Errorf("%s: no savepoint can be taken: the job is %s, not RUNNING, and the operator would abandon it",
			j.target, cmp.Or(state.Job, state.Word))
	case !req.Adopt && req.Path == "" && !cluster.HasSavepointDir(j.object) && j.object.Kind() == "FlinkDeployment":
		result.note("its own configuration has no savepoint directory; where the operator's defaults have none either, give --path")
	}
	r := cluster.SnapshotRequest{
		Job: j.target, Name: req.Name, Path: req.Path, Format: strings.ToUpper(req.Format), Adopt: req.Adopt,
	}
	if r.Name == "" {
		r.Name = fmt.Sprintf("%s-savepoint-%d", j.target.Name, j.client.Now().UnixMilli())
	}
	if label := strings.ToLower(j.object.Kind()) + "." + j.target.Name; len(label) <= 63 { // the longest value of a label
		r.Labels = map[string]string{jobLabel: label}
	}
	result.note("FlinkStateSnapshot %s/%s records it; its files stay when that is deleted, unless helm flink job savepoints "+
		"dispose does it", j.target.Namespace, r.Name)
	if !req.Deploy.Wait {
		return result, j.client.Request(ctx, r)
	}
	result.Path, err = j.client.Snapshot(ctx, r, req.Deploy.Timeout, j.see(req.JobRequest))
	return result, err
}

// DisposeSavepoint deletes a FlinkStateSnapshot, NAME or NAMESPACE/NAME, with the
// savepoint's files unless they are to be kept.
func (a *App) DisposeSavepoint(ctx context.Context, req JobRequest, keep bool) (*JobResult, error) {
	result := &JobResult{}
	s, err := a.jobsOf(ctx, req.ClusterRequest, false)
	if err != nil {
		return result, err
	}
	o, err := s.findSnapshot(req.Job)
	if err != nil {
		return result, err
	}
	t, snapshot := cluster.TargetOf(o), snapshotOf(o)
	files := !keep && snapshot.Type == "savepoint" && snapshot.State == "COMPLETED"
	if err := s.prepareDisposal(ctx, req, o, files); err != nil {
		return result, err
	}
	if !req.Deploy.Wait {
		return result, s.client.StartDelete(ctx, t)
	}
	if err := s.client.Delete(ctx, t, req.Deploy.Timeout); err != nil {
		return result, err
	}
	switch {
	case files:
		result.note("the files of %s were deleted by the operator", snapshot.Path)
	case snapshot.Path != "":
		result.note("%s stays where it is, and nothing on the cluster records it any more", snapshot.Path)
	}
	return result, nil
}

// prepareDisposal asks for leave to delete the files, and tells the operator
// whether they go with the resource.
func (s *jobScope) prepareDisposal(ctx context.Context, req JobRequest, o cluster.Object, files bool) error {
	snapshot := snapshotOf(o)
	if files {
		if err := s.mayDispose(o, snapshot); err != nil {
			return err
		}
		if req.Confirm != nil {
			if err := req.Confirm("deletes the files of the savepoint "+snapshot.Path, o.Name()); err != nil {
				return err
			}
		}
	}
	if snapshot.Type != "savepoint" || snapshot.Disposed == files {
		return nil
	}
	savepoint := map[string]any{"disposeOnDelete": files}
	_, err := s.client.Patch(ctx, cluster.TargetOf(o), map[string]any{"spec": map[string]any{"savepoint": savepoint}})
	return err
}

// findSnapshot finds the one FlinkStateSnapshot that NAME or NAMESPACE/NAME means.
func (s *jobScope) findSnapshot(text string) (cluster.Object, error) {
	var found []cluster.Object
	var known []string
	for _, o := range s.survey.snapshots {
		if text == o.Name() || text == o.Namespace()+"/"+o.Name() {
			found = append(found, o)
		}
		known = append(known, o.Name())
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		near := diag.Nearest(text, known)
		if near != "" {
			near = fmt.Sprintf("; did you mean %s?", near)
		}
		return nil, fmt.Errorf("there is no FlinkStateSnapshot %s%s; %w", text, near, ErrWhichSnapshot)
	}
	return nil, fmt.Errorf("%s is in several namespaces: write NAMESPACE/%s; %w", text, text, ErrWhichSnapshot)
}

// mayDispose refuses what would take the state from a job, and what the operator
// cannot do: Flink deletes the files, so the job must run.
func (s *jobScope) mayDispose(o cluster.Object, snapshot Snapshot) error {
	t, running := cluster.TargetOf(o), false
	for _, j := range s.resources() {
		runs := cluster.StateOf(j).Job == "RUNNING"
		next := j.Text("status", "jobStatus", "upgradeSavepointPath") == snapshot.Path && !runs
		if snapshot.Path != "" && (next || j.Text("spec", "job", "initialSavepointPath") == snapshot.Path) {
			return fmt.Errorf("%s: nothing was deleted: %s would restore from it; --keep-files deletes the record alone",
				t, cluster.TargetOf(j))
		}
		of := j.Namespace() == o.Namespace() && j.Name() == snapshot.Job && j.Kind() == snapshot.JobKind
		running = running || of && runs
	}
	if !running {
		return fmt.Errorf("%s: nothing was deleted: Flink deletes the files, and no running job is known for it; "+
			"--keep-files deletes the record alone", t)
	}
	return nil
}

// RestoreRequest asks for a job to go back to a savepoint.
type RestoreRequest struct {
	JobRequest
	// From is a path, or "latest".
	From string
	// AllowNonRestoredState drops state that no operator of the job takes.
	AllowNonRestoredState bool
}

// RestoreJob redeploys a job from a savepoint. What it has done since is lost.
func (a *App) RestoreJob(ctx context.Context, req RestoreRequest) (*JobResult, error) {
	result := &JobResult{}
	j, s, err := a.findJob(ctx, req.JobRequest)
	if err != nil {
		return result, err
	}
	if err := j.mayChange("restore", false); err != nil {
		return result, err
	}
	if j.wants() == "suspended" {
		return result, fmt.Errorf("%s is suspended; resume it first, then restore", j.target)
	}
	path, since := req.From, ""
	if path == "latest" {
		last := lastSavepoint(j.object, s.survey.snapshots)
		if last == nil || last.Path == "" {
			return result, fmt.Errorf("%s has no savepoint that the cluster knows of; give its path: --from s3://…", j.target)
		}
		path, since = last.Path, last.Time
		if since != "" {
			since = " of " + since
		}
	}
	if req.Confirm != nil {
		if err := req.Confirm(fmt.Sprintf("takes %s back to the savepoint %s%s; what it has done since is lost", j.target, path, since),
			j.target.Name); err != nil {
			return result, err
		}
	}
	result.Path = path
	nonce := j.client.Now().UnixMilli()
	fields := []jobField{
		{"job.initialSavepointPath", "initialSavepointPath", path}, {"job.savepointRedeployNonce", "savepointRedeployNonce", nonce},
	}
	if req.AllowNonRestoredState {
		fields = append(fields, jobField{"job.allowNonRestoredState", "upgrade.allowNonRestoredState", true})
	}
	result.note("the job was cancelled without a savepoint: what it had done since %s is lost", path)
	result.note("the operator takes this spec for stable at once: it does not roll back by itself should the job not start")
	err = j.change(ctx, req.JobRequest, result, fields...)
	if said := j.released(); req.Write == nil && said.At("spec", "job", "savepointRedeployNonce") != nil {
		result.note("the values have a savepointRedeployNonce of their own: unless it is %d there, the next helm flink upgrade "+
			"goes back to their initialSavepointPath and loses state again", nonce)
	}
	return result, err
}

// ErrWhichSnapshot says that a name means no FlinkStateSnapshot, or several.
var ErrWhichSnapshot = errors.New("helm flink job savepoints list shows them")
