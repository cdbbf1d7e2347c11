package testkit

import "context"

// observe moves what is deployed on: DEPLOYING, DEPLOYED_NOT_READY, READY, then the job (facts §1.3).
func (f *FlinkOperator) observe(ctx context.Context, in *store[clusterStatus], o *live[clusterStatus], script Script) error {
	s := o.Status
	if suspended(recall(s.Reconciliation.LastReconciledSpec).Spec) {
		return nil
	}
	move := f.observeManager
	if o.Kind == "FlinkSessionJob" {
		move = f.observeJob
	}
	if err := move(ctx, o, &s, script); err != nil {
		return err
	}
	return f.writeCluster(ctx, in, o, s)
}

func (f *FlinkOperator) observeManager(ctx context.Context, o *live[clusterStatus], s *clusterStatus, script Script) error {
	switch s.JobManager {
	case "DEPLOYING":
		s.JobManager = "DEPLOYED_NOT_READY"
	case "DEPLOYED_NOT_READY":
		return f.observeStart(ctx, o, s, script)
	case managerError:
		if !script.breaks() && s.Job.State != jobFailed { // the image came
			s.JobManager, s.Error = "DEPLOYED_NOT_READY", ""
		}
	case managerReady:
		if o.Spec["job"] == nil {
			markStable(s)
			return nil
		}
		return f.observeJob(ctx, o, s, script)
	}
	return nil
}

// breaks says whether the JobManager does not come up.
func (s Script) breaks() bool { return s.is(Failing) || s.is(ImagePull) }

// observeStart waits for the JobManager.
func (f *FlinkOperator) observeStart(ctx context.Context, o *live[clusterStatus], s *clusterStatus, script Script) error {
	r := &s.Reconciliation
	switch {
	case script.is(RolledBack) && r.State == stateDeployed && r.LastStableSpec != "" && r.LastStableSpec != r.LastReconciledSpec:
		// Facts §6.4: not stable within the readiness time-out, and there is a last stable spec.
		say(ctx, f, o, "Normal", "Rollback", "Rolling back failed deployment.")
		r.State = stateRollingBack
	case script.breaks():
		return f.fail(ctx, o, s, script)
	case f.managerAvailable(ctx, o.Metadata):
		s.JobManager = managerReady
		s.ClusterInfo = map[string]string{
			"flink-version": flinkRelease(dig[string](o.Spec, "flinkVersion")), "flink-revision": "played",
			"total-cpu": "2.0", "total-memory": "4294967296",
		}
		s.TaskManager = taskManagerStatus{
			Replicas: taskManagers(o.Spec), LabelSelector: "component=taskmanager,app=" + o.Metadata.Name,
		}
		if o.Spec["job"] == nil {
			markStable(s) // a session cluster is stable when its REST API answers (facts §1.3, the last lines)
		}
	}
	return nil
}

// observeJob moves a job on to RUNNING, or where its script ends.
func (f *FlinkOperator) observeJob(ctx context.Context, o *live[clusterStatus], s *clusterStatus, script Script) error {
	before := s.Job.State
	switch before {
	case "RECONCILING":
		s.Job.State = "CREATED"
	case "CREATED":
		if script.is(Failing) {
			return f.fail(ctx, o, s, script) // of a session job
		}
		// Facts §6.5, last lines: without task managers the job stays CREATED and the lifecycle DEPLOYED.
		if f.taskManagersRun(ctx, o) && !script.is(Pending) {
			s.Job.State = jobRunning
		}
	case jobRunning:
		markStable(s)
		if script.is(Finished) {
			s.Job.State = jobFinished // facts §1.3: FINISHED also counts as stable
		}
	}
	if s.Job.State != before && s.Job.State != jobFailed {
		s.Job.UpdateTime = milliseconds()
		say(ctx, f, o, "Normal", "JobStatusChanged", "Job status changed from "+before+" to "+s.Job.State)
	}
	if s.Job.State == jobRunning {
		markStable(s)
	}
	return nil
}

// markStable makes the reconciled spec the stable one, unless the cluster runs an older.
func markStable(s *clusterStatus) {
	if s.Reconciliation.State == stateDeployed {
		s.Reconciliation.LastStableSpec, s.Error = s.Reconciliation.LastReconciledSpec, ""
	}
}

// clusterReady says whether the session cluster of a session job takes jobs. A cluster that is not there is an event
// (facts §2.6 row 82).
func (f *FlinkOperator) clusterReady(ctx context.Context, o *live[clusterStatus]) bool {
	cluster := f.deployments.get(o.Metadata.Namespace, dig[string](o.Spec, "deploymentName"))
	if cluster == nil {
		say(ctx, f, o, "Warning", "UnsupportedFlinkVersion", "Flink version null is not supported by this operator version")
		return false
	}
	return cluster.Status.JobManager == managerReady && cluster.Metadata.DeletionTimestamp == ""
}
