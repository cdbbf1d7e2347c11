package testkit

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
)

// clusterStatus is the status of FlinkDeployments and FlinkSessionJobs (facts §1.3); a session job has fewer fields, and
// the API server drops the others.
type clusterStatus struct {
	LifecycleState     string            `json:"lifecycleState,omitempty"`
	ObservedGeneration int64             `json:"observedGeneration,omitempty"`
	Error              string            `json:"error,omitempty"`
	JobManager         string            `json:"jobManagerDeploymentStatus,omitempty"`
	Job                jobStatus         `json:"jobStatus,omitzero"`
	Reconciliation     reconciliation    `json:"reconciliationStatus,omitzero"`
	ClusterInfo        map[string]string `json:"clusterInfo,omitempty"`
	TaskManager        taskManagerStatus `json:"taskManager,omitzero"`
	Conditions         []condition       `json:"conditions,omitempty"`
}

type jobStatus struct {
	JobID                string `json:"jobId,omitempty"`
	JobName              string `json:"jobName,omitempty"`
	State                string `json:"state,omitempty"`
	StartTime            string `json:"startTime,omitempty"`
	UpdateTime           string `json:"updateTime,omitempty"`
	UpgradeSavepointPath string `json:"upgradeSavepointPath,omitempty"`
}

type reconciliation struct {
	State              string `json:"state,omitempty"`
	LastReconciledSpec string `json:"lastReconciledSpec,omitempty"`
	LastStableSpec     string `json:"lastStableSpec,omitempty"`
	Timestamp          int64  `json:"reconciliationTimestamp,omitempty"`
}

type taskManagerStatus struct {
	Replicas      int    `json:"replicas"`
	LabelSelector string `json:"labelSelector"`
}

type condition struct {
	Type               string `json:"type"`
	Status             string `json:"status"`
	Reason             string `json:"reason"`
	Message            string `json:"message"`
	LastTransitionTime string `json:"lastTransitionTime"`
}

// The states that more than one place names (facts §1.3).
const (
	stateUpgrading   = "UPGRADING"
	stateDeployed    = "DEPLOYED"
	stateRollingBack = "ROLLING_BACK"
	stateRolledBack  = "ROLLED_BACK"
	managerMissing   = "MISSING"
	managerError     = "ERROR"
	managerReady     = "READY"
	jobRunning       = "RUNNING"
	jobFailed        = "FAILED"
	jobFinished      = "FINISHED"
	jobCanceled      = "CANCELED"
)

// recorded is lastReconciledSpec and lastStableSpec decoded (facts §1.3).
type recorded struct {
	Spec map[string]any `json:"spec"`
	Meta struct {
		APIVersion      string `json:"apiVersion"`
		FirstDeployment bool   `json:"firstDeployment"`
	} `json:"resource_metadata"`
}

// record encodes a spec as lastReconciledSpec has it, with another job.state unless that is "".
func record(spec map[string]any, jobState string, first bool) string {
	var r recorded
	r.Spec, r.Meta.APIVersion, r.Meta.FirstDeployment = spec, flinkGroup, first
	if job := dig[map[string]any](spec, "job"); job != nil && jobState != "" {
		r.Spec = with(spec, "job", with(job, "state", jobState))
	}
	encoded, err := json.Marshal(r)
	if err != nil {
		panic(err) // it was JSON before
	}
	return string(encoded)
}

// with is a copy of an object with another value of one key.
func with(object map[string]any, key string, value any) map[string]any {
	changed := map[string]any{key: value}
	for k, v := range object {
		if k != key {
			changed[k] = v
		}
	}
	return changed
}

// recall decodes what record made; the spec of "" is nil.
func recall(text string) recorded {
	var r recorded
	_ = json.Unmarshal([]byte(text), &r)
	return r
}

// lifecycle derives lifecycleState (facts §1.3, below the table; CommonStatus.getLifecycleState).
func (s clusterStatus) lifecycle() string {
	last := recall(s.Reconciliation.LastReconciledSpec)
	switch {
	case last.Spec == nil, s.Reconciliation.State == stateUpgrading && last.Meta.FirstDeployment:
		if s.Error != "" {
			return "FAILED"
		}
		return "CREATED"
	case s.Reconciliation.State == stateUpgrading, s.Reconciliation.State == stateRollingBack:
		return s.Reconciliation.State
	case dig[string](last.Spec, "job", "state") == "suspended":
		return "SUSPENDED"
	case s.Job.State == jobFailed:
		return "FAILED"
	case (s.JobManager == managerMissing || s.JobManager == managerError) && lost(s.Error):
		return "FAILED"
	case s.Reconciliation.State == stateRolledBack:
		return stateRolledBack
	case s.Reconciliation.LastReconciledSpec == s.Reconciliation.LastStableSpec:
		return "STABLE"
	}
	return "DEPLOYED"
}

// lost says whether an error is one of those that end a job (facts §1.3).
func lost(text string) bool {
	return slices.ContainsFunc([]string{
		"Manual restore required.", "HA metadata is not available",
		"It is possible that the job has finished or terminally failed, or the configmaps have been deleted.",
	}, func(part string) bool { return strings.Contains(text, part) })
}

// condition returns the condition Running of a FlinkDeployment (facts §1.3, status.conditions).
func (s clusterStatus) condition(session bool) condition {
	c := condition{Type: "Running", Status: "False"}
	if session || s.JobManager != managerReady || s.Job.State == "" {
		c.Reason = map[string]string{
			managerReady: "JobManagerReady", "DEPLOYED_NOT_READY": "DeployedNotReady", "DEPLOYING": "JobManagerIsDeploying",
			managerError: "Error",
		}[s.JobManager]
		if c.Reason == "" {
			c.Reason = "JobManagerDeploymentMissing"
		}
	} else {
		c.Reason = s.Job.State[:1] + strings.ToLower(s.Job.State[1:])
	}
	c.Message = "the played operator: " + c.Reason
	if s.Job.State == jobRunning && s.JobManager == managerReady || session && s.JobManager == managerReady {
		c.Status = "True"
	}
	return c
}

// complaint is status.error of the kinds with jobs (facts §1.3): a JSON string.
func complaint(class, message string) string {
	encoded, err := json.Marshal(map[string]any{
		"type": class, "message": message, "additionalMetadata": map[string]any{}, "throwableList": []any{},
	})
	if err != nil {
		panic(err) // strings are JSON
	}
	return string(encoded)
}

// writeCluster writes a status that changed, with the fields that follow from the others.
func (f *FlinkOperator) writeCluster(
	ctx context.Context, in *store[clusterStatus], o *live[clusterStatus], s clusterStatus,
) error {
	if s.LifecycleState != "DELETING" {
		s.LifecycleState = s.lifecycle()
	}
	if o.Kind == "FlinkDeployment" {
		c := s.condition(o.Spec["job"] == nil)
		c.LastTransitionTime = time.Now().UTC().Format(time.RFC3339)
		if len(s.Conditions) == 1 && s.Conditions[0].Status == c.Status {
			c.LastTransitionTime = s.Conditions[0].LastTransitionTime
		}
		s.Conditions = []condition{c}
	}
	return writeStatus(ctx, f, in, o, s)
}

// writeStatus replaces the status of an object unless it is that already. It fails with a conflict when the object is
// no longer the one that was read.
func writeStatus[S any](ctx context.Context, f *FlinkOperator, in *store[S], o *live[S], s S) error {
	if reflect.DeepEqual(o.Status, s) {
		return nil
	}
	m := o.Metadata
	changed, answer := live[S]{APIVersion: o.APIVersion, Kind: o.Kind, Status: s}, new(live[S])
	changed.Metadata = objectMeta{Name: m.Name, Namespace: m.Namespace, UID: m.UID, ResourceVersion: m.ResourceVersion}
	if err := f.client.do(ctx, http.MethodPut, in.one(m)+"/status", "application/json", changed, answer); err != nil {
		return err
	}
	in.keep(answer)
	f.rest(m, f.scriptOf(m).pace())
	return nil
}

// one is the path of one object of the store's kind.
func (s *store[S]) one(m objectMeta) string {
	prefix, plural := s.path[:strings.LastIndex(s.path, "/")], s.path[strings.LastIndex(s.path, "/"):]
	return prefix + "/namespaces/" + m.Namespace + plural + "/" + m.Name
}

// finalizers replaces the finalizers of an object.
func finalizers[S any](ctx context.Context, in *store[S], o *live[S], names []string) error {
	m, answer := o.Metadata, new(live[S])
	patch := map[string]any{"metadata": map[string]any{"resourceVersion": m.ResourceVersion, "finalizers": names}}
	if err := in.client.do(ctx, http.MethodPatch, in.one(m), "application/merge-patch+json", patch, answer); err != nil {
		return err
	}
	if len(answer.Metadata.Finalizers) > 0 || answer.Metadata.DeletionTimestamp == "" {
		in.keep(answer)
	}
	return nil
}

// finalizer is the name of the operator's finalizer on the objects of a store: flinkdeployments.flink.apache.org/finalizer.
func (s *store[S]) finalizer() string {
	return s.path[strings.LastIndex(s.path, "/")+1:] + ".flink.apache.org/finalizer"
}

// say sends an event once for each generation of the object (facts §6.5, EventRecorder).
func say[S any](ctx context.Context, f *FlinkOperator, o *live[S], kind, reason, message string) {
	m := o.Metadata
	if !f.once(fmt.Sprintf("%s %d %s %s", m.UID, m.Generation, reason, message)) {
		return
	}
	now := time.Now()
	event := map[string]any{
		"apiVersion": "v1", "kind": "Event",
		"metadata": map[string]any{
			"namespace": m.Namespace, "name": fmt.Sprintf("%s.%s.%x", m.Name, strings.ToLower(reason), now.UnixNano()),
		},
		"involvedObject": map[string]any{
			"apiVersion": flinkGroup, "kind": o.Kind, "namespace": m.Namespace, "name": m.Name, "uid": m.UID,
		},
		"type": kind, "reason": reason, "message": message, "count": 1,
		"firstTimestamp": now.UTC().Format(time.RFC3339), "lastTimestamp": now.UTC().Format(time.RFC3339),
		"source": map[string]any{"component": "Operator"}, "reportingComponent": "",
	}
	path := "/api/v1/namespaces/" + m.Namespace + "/events"
	_ = f.client.do(ctx, http.MethodPost, path, "application/json", event, nil) // events may be lost, as real ones
}
