package app

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// mayChange refuses verbs that a resource has no use for.
func (j *job) mayChange(verb string, cluster bool) error {
	switch {
	case j.blueGreen():
		return fmt.Errorf("%s: a blue/green deployment cannot be asked to %s: the operator makes a new colour for every change "+
			"of its template; change the values and run helm flink upgrade", j.target, verb)
	case j.colourOf() != "":
		return fmt.Errorf("%s: it is a colour of the blue/green deployment %s, whose controller would undo the change; "+
			"change the values and run helm flink upgrade", j.target, j.colourOf())
	case j.session() && !cluster:
		return fmt.Errorf("%s: it is a session cluster and has no job of its own; name one of its session jobs", j.target)
	}
	return nil
}

// keepsState refuses a stop that would begin empty afterwards.
func (j *job) keepsState(req JobRequest, mode, then string) error {
	if mode != "stateless" || req.Deploy.AllowStateLoss || j.session() {
		return nil
	}
	return fmt.Errorf("%s: nothing was changed: its upgradeMode is stateless, so %s from empty state; "+
		"--allow-state-loss does it all the same", j.target, then)
}

// savable says in a note what the operator does instead, where the mode is
// savepoint and the job does not run (facts of flink-kubernetes-operator, upgrade
// decision table).
func (j *job) savable(result *JobResult, mode string) {
	state := cluster.StateOf(j.object)
	if mode == "savepoint" && state.Job != "RUNNING" {
		result.note("the job is %s, not RUNNING: no savepoint can be taken, and the operator goes by the last checkpoint "+
			"(kubernetes.operator.job.upgrade.last-state-fallback.enabled)", cmp.Or(state.Job, state.Word))
	}
}

// SuspendJob suspends a job with its own upgrade mode, or another. The path of the
// savepoint is in the result where one was taken.
func (a *App) SuspendJob(ctx context.Context, req JobRequest, mode string) (*JobResult, error) {
	result := &JobResult{}
	j, _, err := a.findJob(ctx, req)
	if err != nil {
		return result, err
	}
	if err := j.mayChange("suspend", false); err != nil {
		return result, err
	}
	if j.wants() == "suspended" && cluster.StateOf(j.object).Word == "SUSPENDED" {
		result.note("%s is suspended already", j.target)
		result.Path = j.savedPath()
		return result, nil
	}
	if err := j.maySuspend(mode); err != nil {
		return result, err
	}
	effective, fields := cmp.Or(mode, j.mode()), []jobField{stateField("suspended")}
	if effective != j.mode() {
		fields = append(fields, modeField(mode))
	}
	if err := j.keepsState(req, effective, "it would resume"); err != nil {
		return result, err
	}
	j.savable(result, effective)
	if err := j.change(ctx, req, result, fields...); err != nil || !req.Deploy.Wait {
		return result, err
	}
	if len(fields) > 1 {
		result.note("its upgradeMode is %s now; where it is stateless again before it is resumed, the state is not used", mode)
	}
	return result, j.kept(ctx, result)
}

// maySuspend refuses what the operator would not carry out.
func (j *job) maySuspend(mode string) error {
	state := cluster.StateOf(j.object)
	switch {
	case state.Job == "FINISHED":
		return fmt.Errorf("%s has finished; there is nothing to suspend", j.target)
	case mode != "savepoint":
		return nil
	case state.Job != "RUNNING":
		return fmt.Errorf("%s: nothing was changed: the job is %s, not RUNNING, so no savepoint can be taken; "+
			"--last-state suspends it and keeps the last checkpoint", j.target, cmp.Or(state.Job, state.Word))
	case j.mode() != "savepoint" && j.object.Kind() == "FlinkDeployment" && !cluster.HasSavepointDir(j.object):
		return fmt.Errorf("%s: nothing was changed: it has no savepoint directory (state.savepoints.dir), "+
			"without which the operator refuses upgradeMode savepoint", j.target)
	}
	return nil
}

// kept finds out what a suspension kept.
func (j *job) kept(ctx context.Context, result *JobResult) error {
	o, err := j.client.Get(ctx, j.target)
	if err != nil {
		return err
	}
	j.object = o
	result.Path = j.savedPath()
	switch {
	case result.Path != "":
	case o.Text("status", "jobStatus", "upgradeSavepointPath") == cluster.LastState:
		result.note("its state is known by its HA metadata, which go when the resource is deleted; " +
			"its Flink version cannot be changed until it is resumed")
	default:
		result.note("no state was kept")
	}
	return nil
}

// savedPath is the path that a suspended job restores from, "" where it is not a path.
func (j *job) savedPath() string {
	path := j.object.Text("status", "jobStatus", "upgradeSavepointPath")
	if path == cluster.LastState {
		return ""
	}
	return path
}

// ResumeJob starts a suspended job again.
func (a *App) ResumeJob(ctx context.Context, req JobRequest) (*JobResult, error) {
	result := &JobResult{}
	j, _, err := a.findJob(ctx, req)
	if err != nil {
		return result, err
	}
	if err := j.mayChange("resume", false); err != nil {
		return result, err
	}
	saved := j.object.Text("status", "jobStatus", "upgradeSavepointPath")
	switch {
	case j.wants() == "running":
		result.note("%s is not suspended", j.target)
		if !req.Deploy.Wait {
			return result, nil
		}
		return result, j.client.Wait(ctx, j.target, req.Deploy.Timeout, j.see(req))
	case saved != "":
		if err := j.keepsState(req, j.mode(), "it would not restore what was kept when it was suspended but start"); err != nil {
			return result, err
		}
	case j.object.At("status", "reconciliationStatus", "lastReconciledSpec") == nil:
		result.note("it was never started: this is its first start")
	}
	return result, j.change(ctx, req, result, stateField("running"))
}

// RestartJob restarts a job, or a session cluster with its jobs.
func (a *App) RestartJob(ctx context.Context, req JobRequest) (*JobResult, error) {
	result := &JobResult{}
	j, _, err := a.findJob(ctx, req)
	if err != nil {
		return result, err
	}
	if err := j.mayChange("restart", true); err != nil {
		return result, err
	}
	if j.wants() == "suspended" {
		return result, fmt.Errorf("%s is suspended, and a restart would not start it; helm flink job resume does", j.target)
	}
	if err := j.keepsState(req, j.mode(), "it would begin"); err != nil {
		return result, err
	}
	j.savable(result, j.mode())
	return result, j.change(ctx, req, result, jobField{"restartNonce", "restartNonce", j.client.Now().UnixMilli()})
}

// RescaleRequest asks for another size; one of the two is above 0.
type RescaleRequest struct {
	JobRequest
	Parallelism, TaskManagers int64
}

// RescaleJob changes the parallelism of a job, or the task managers of a cluster.
func (a *App) RescaleJob(ctx context.Context, req RescaleRequest) (*JobResult, error) {
	result := &JobResult{}
	j, _, err := a.findJob(ctx, req.JobRequest)
	if err != nil {
		return result, err
	}
	if err := j.mayRescale(req); err != nil {
		return result, err
	}
	standalone := j.spec().Text("mode") == "standalone"
	if !standalone && !j.session() {
		if err := j.keepsState(req.JobRequest, j.mode(), "it would go on with the new parallelism"); err != nil {
			return result, err
		}
		j.savable(result, j.mode())
	}
	if setting := cluster.Setting(j.object, "job.autoscaler.enabled"); setting == "true" {
		result.note("the autoscaler is on (job.autoscaler.enabled) and goes on setting the parallelism of each vertex")
	}
	field := jobField{"job.parallelism", "parallelism", req.Parallelism}
	if req.TaskManagers > 0 {
		field = jobField{"taskManager.replicas", "taskManager.replicas", req.TaskManagers}
	}
	return result, j.change(ctx, req.JobRequest, result, field)
}

// mayRescale refuses what the operator or Flink would not carry out (facts of
// flink-kubernetes-operator, spec.taskManager.replicas and job.parallelism).
func (j *job) mayRescale(req RescaleRequest) error {
	if err := j.mayChange("rescale", true); err != nil {
		return err
	}
	native := j.spec().Text("mode") != "standalone"
	switch {
	case j.wants() == "suspended":
		return fmt.Errorf("%s is suspended; resume it first, or write the parallelism into the values", j.target)
	case j.session() && req.TaskManagers == 0:
		return fmt.Errorf("%s: a session cluster has no parallelism; give --task-managers", j.target)
	case j.session() && native:
		return fmt.Errorf("%s: Flink starts the task managers of a native session cluster as its jobs need them", j.target)
	case j.session():
		return nil
	}
	return j.mayScaleJob(req, native)
}

func (j *job) mayScaleJob(req RescaleRequest, native bool) error {
	replicas := j.spec().At("taskManager", "replicas") != nil
	limit, _ := strconv.ParseInt(cluster.Setting(j.object, "pipeline.max-parallelism"), 10, 64)
	switch {
	case j.object.Kind() == "FlinkSessionJob" && req.TaskManagers > 0:
		return fmt.Errorf("%s: a session job has no task managers of its own; give --parallelism", j.target)
	case req.Parallelism > 0 && replicas:
		return fmt.Errorf("%s: spec.taskManager.replicas is set and goes before the parallelism; give --task-managers", j.target)
	case req.TaskManagers > 0 && native && !replicas:
		return fmt.Errorf("%s: in native mode Flink starts the task managers that the parallelism needs; give --parallelism", j.target)
	case limit > 0 && req.Parallelism > limit:
		return fmt.Errorf("%s: its state can be scaled to pipeline.max-parallelism %d at most", j.target, limit)
	}
	return nil
}
