package testkit

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// endCluster lets an object go: DELETING, then without the finalizer (facts §6.3 row delete).
func (f *FlinkOperator) endCluster(ctx context.Context, in *store[clusterStatus], o *live[clusterStatus], script Script) error {
	if !slices.Contains(o.Metadata.Finalizers, in.finalizer()) {
		return nil
	}
	s := o.Status
	if s.LifecycleState != "DELETING" {
		if flat(o.Spec["flinkConfiguration"])["kubernetes.operator.job.savepoint-on-deletion"] == "true" && s.Job.State == jobRunning {
			if err := f.recordSavepoint(ctx, o, savepointPath(o.Spec, s.Job.JobID)); err != nil {
				return err
			}
		}
		say(ctx, f, o, "Normal", "Cleanup", "Cleaning up "+o.Kind)
		s.LifecycleState = "DELETING"
		return f.writeCluster(ctx, in, o, s)
	}
	if script.is(Stuck) {
		return nil
	}
	if jobs := f.jobsOf(o); len(jobs) > 0 {
		say(ctx, f, o, "Warning", "CleanupFailed", "The session jobs ["+strings.Join(jobs, ", ")+"] should be deleted first")
		return nil
	}
	if f.pods && o.Kind == "FlinkDeployment" {
		if err := f.removePods(ctx, o.Metadata); err != nil {
			return err
		}
	}
	return finalizers(ctx, in, o, without(o.Metadata.Finalizers, in.finalizer()))
}

// without is a list less one entry.
func without(list []string, entry string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(one string) bool { return one == entry })
}

// jobsOf lists the session jobs of a session cluster.
func (f *FlinkOperator) jobsOf(o *live[clusterStatus]) []string {
	var names []string
	if o.Kind != "FlinkDeployment" || o.Spec["job"] != nil {
		return nil
	}
	for _, job := range f.sessionJobs.all() {
		if job.Metadata.Namespace == o.Metadata.Namespace && dig[string](job.Spec, "deploymentName") == o.Metadata.Name {
			names = append(names, job.Metadata.Name)
		}
	}
	slices.Sort(names)
	return names
}

// recordSavepoint creates the FlinkStateSnapshot of a savepoint that an upgrade or a suspension took: NAME-savepoint-
// upgrade-MS of type UPGRADE (facts §6.3 row suspend), unless kubernetes.operator.snapshot.resource.enabled is false.
func (f *FlinkOperator) recordSavepoint(ctx context.Context, o *live[clusterStatus], path string) error {
	m, configuration := o.Metadata, flat(o.Spec["flinkConfiguration"])
	if configuration["kubernetes.operator.snapshot.resource.enabled"] == "false" {
		return nil
	}
	snapshot := live[snapshotStatus]{APIVersion: flinkGroup, Kind: "FlinkStateSnapshot"}
	snapshot.Metadata = objectMeta{
		Namespace: m.Namespace, Name: m.Name + "-savepoint-upgrade-" + milliseconds(),
		Labels: map[string]string{
			"snapshot.type": "SAVEPOINT", "snapshot.trigger-type": "UPGRADE",
			"job-reference.kind": o.Kind, "job-reference.name": m.Name,
		},
	}
	snapshot.Spec = map[string]any{
		"jobReference": map[string]any{"kind": o.Kind, "name": m.Name},
		"savepoint": map[string]any{
			"path": path, "alreadyExists": true, "formatType": "CANONICAL",
			// Facts §4: the default of savepoint.dispose-on-delete is false.
			"disposeOnDelete": configuration["kubernetes.operator.savepoint.dispose-on-delete"] == "true",
		},
	}
	collection := "/apis/" + flinkGroup + "/namespaces/" + m.Namespace + "/flinkstatesnapshots"
	return f.client.do(ctx, http.MethodPost, collection, "application/json", snapshot, nil)
}
