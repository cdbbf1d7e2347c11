package testkit

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// blueGreenStatus is the status of a FlinkBlueGreenDeployment (facts §1.3).
type blueGreenStatus struct {
	State                    string    `json:"blueGreenState,omitempty"`
	Job                      jobStatus `json:"jobStatus,omitzero"`
	Error                    string    `json:"error,omitempty"`
	LastReconciledSpec       string    `json:"lastReconciledSpec,omitempty"`
	LastReconciledTimestamp  string    `json:"lastReconciledTimestamp,omitempty"`
	AbortTimestamp           string    `json:"abortTimestamp,omitempty"`
	DeploymentReadyTimestamp string    `json:"deploymentReadyTimestamp,omitempty"`
	SavepointTriggerID       string    `json:"savepointTriggerId,omitempty"`
}

// stepBlueGreen takes the next step of a blue/green deployment (facts §1.3 and §6.3 row BG transition). Its children are
// FlinkDeployments NAME-blue and NAME-green (§2.5 row 70).
func (f *FlinkOperator) stepBlueGreen(ctx context.Context, o *live[blueGreenStatus]) error {
	s, script := o.Status, f.scriptOf(o.Metadata)
	if o.Metadata.DeletionTimestamp != "" || script.is(Never) {
		return nil
	}
	spec, _ := json.Marshal(o.Spec) // it was JSON before
	now := time.Now().UTC().Format(time.RFC3339)
	phase, colour, _ := cutLast(s.State, "_")
	switch {
	case s.State == "":
		s.State, s.LastReconciledSpec, s.LastReconciledTimestamp = "INITIALIZING_BLUE", string(spec), now
		s.Job.State = "RECONCILING"
	case phase == "INITIALIZING", strings.HasPrefix(phase, "TRANSITIONING"):
		return f.transit(ctx, o, colour)
	case phase == "SAVEPOINTING":
		s.State, s.SavepointTriggerID = "TRANSITIONING_TO_"+other(colour), ""
	case phase == "ACTIVE" && string(spec) != s.LastReconciledSpec:
		s.LastReconciledSpec, s.LastReconciledTimestamp, s.Error = string(spec), now, ""
		s.State, s.Job.State = "TRANSITIONING_TO_"+other(colour), "RECONCILING"
		if dig[string](o.Spec, "template", "spec", "job", "upgradeMode") == "savepoint" {
			s.State, s.SavepointTriggerID = "SAVEPOINTING_"+colour, identifier()
		}
	}
	return writeStatus(ctx, f, &f.blueGreens, o, s)
}

// cutLast cuts a text at the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

func other(colour string) string {
	if colour == "BLUE" {
		return "GREEN"
	}
	return "BLUE"
}

// transit waits for the child of a colour and makes it the active one, or goes back where it fails (facts §2.5 row 75).
func (f *FlinkOperator) transit(ctx context.Context, o *live[blueGreenStatus], colour string) error {
	s, m := o.Status, o.Metadata
	name := m.Name + "-" + strings.ToLower(colour)
	old := m.Name + "-" + strings.ToLower(other(colour))
	child := f.deployments.get(m.Namespace, name)
	now := time.Now().UTC().Format(time.RFC3339)
	switch {
	case child == nil:
		return f.createChild(ctx, o, name, colour)
	case child.Status.LifecycleState == "STABLE" && child.Status.Job.State == jobRunning:
		if err := f.deleteChild(ctx, m.Namespace, old); err != nil {
			return err
		}
		s.State, s.Job, s.Error, s.DeploymentReadyTimestamp = "ACTIVE_"+colour, child.Status.Job, "", now
	case child.Status.JobManager == managerError && f.deployments.get(m.Namespace, old) != nil:
		if err := f.deleteChild(ctx, m.Namespace, name); err != nil {
			return err
		}
		s.State, s.Job.State, s.AbortTimestamp = "ACTIVE_"+other(colour), "FAILING", now
		s.Error = "Aborting deployment '" + name + "', rolling B/G deployment back to " + other(colour)
		say(ctx, f, o, "Warning", "Error", s.Error)
	}
	return writeStatus(ctx, f, &f.blueGreens, o, s)
}

func (f *FlinkOperator) createChild(ctx context.Context, o *live[blueGreenStatus], name, colour string) error {
	child := live[clusterStatus]{APIVersion: flinkGroup, Kind: "FlinkDeployment"}
	child.Spec = dig[map[string]any](o.Spec, "template", "spec")
	child.Metadata = objectMeta{
		Namespace: o.Metadata.Namespace, Name: name,
		Labels: map[string]string{"flink/blue-green-deployment-type": colour},
		OwnerReferences: []ownerReference{{
			APIVersion: flinkGroup, Kind: o.Kind, Name: o.Metadata.Name, UID: o.Metadata.UID, Controller: true, BlockOwnerDeletion: true,
		}},
	}
	collection := "/apis/" + flinkGroup + "/namespaces/" + o.Metadata.Namespace + "/flinkdeployments"
	err := f.client.do(ctx, http.MethodPost, collection, "application/json", child, nil)
	if answered(err, http.StatusConflict) {
		return nil // the watch brings it
	}
	return err
}

func (f *FlinkOperator) deleteChild(ctx context.Context, namespace, name string) error {
	child := f.deployments.get(namespace, name)
	if child == nil {
		return nil
	}
	err := f.client.do(ctx, http.MethodDelete, f.deployments.one(child.Metadata), "", nil, nil)
	if answered(err, http.StatusNotFound) {
		return nil
	}
	return err
}
