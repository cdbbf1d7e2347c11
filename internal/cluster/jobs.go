package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// lastState stands where a path would, when the state is found through the HA
// metadata (flink-kubernetes-operator, LAST_STATE_DUMMY_SP_PATH).
const lastState = "KUBERNETES_OPERATOR_LAST_STATE"

// FlinkKind is a kind of Flink's API at its only version.
func FlinkKind(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: FlinkGroup, Version: "v1beta1", Kind: kind}
}

// TargetOf names a live object.
func TargetOf(o Object) Target {
	return Target{Kind: schema.FromAPIVersionAndKind(o.Text("apiVersion"), o.Kind()), Namespace: o.Namespace(), Name: o.Name()}
}

// Get reads an object; nil when it is not there.
func (c *Client) Get(ctx context.Context, t Target) (Object, error) {
	resource, err := c.Resource(t.Kind, t.Namespace)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", t, err)
	}
	o, err := resource.Get(ctx, t.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", t, err)
	}
	return o.Object, nil
}

// Patch merges fields into an object, as JSON merge patches do: null deletes.
func (c *Client) Patch(ctx context.Context, t Target, fields map[string]any) (Object, error) {
	resource, err := c.Resource(t.Kind, t.Namespace)
	if err != nil {
		return nil, fmt.Errorf("change %s: %w", t, err)
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	o, err := resource.Patch(ctx, t.Name, types.MergePatchType, text, metav1.PatchOptions{FieldManager: FieldManager})
	if err != nil {
		return nil, fmt.Errorf("change %s: %w", t, err)
	}
	return o.Object, nil
}

// Delete deletes an object and waits until it is gone. An object that is held by
// finalizers for longer than the timeout is a TimeoutError that names them.
func (c *Client) Delete(ctx context.Context, t Target, timeout time.Duration) error {
	resource, err := c.Resource(t.Kind, t.Namespace)
	if err != nil {
		return fmt.Errorf("delete %s: %w", t, err)
	}
	policy := metav1.DeletePropagationForeground
	if t.Kind.Group == FlinkGroup {
		policy = metav1.DeletePropagationBackground // the operator ends what it owns
	}
	err = resource.Delete(ctx, t.Name, metav1.DeleteOptions{PropagationPolicy: &policy})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete %s: %w", t, err)
	}
	return c.Gone(ctx, t, timeout)
}

// Gone waits until an object is not there any more.
func (c *Client) Gone(ctx context.Context, t Target, timeout time.Duration) error {
	start := c.Now()
	for {
		o, err := c.Get(ctx, t)
		if err != nil || o == nil {
			return err
		}
		if c.Now().Sub(start) >= timeout {
			return &TimeoutError{Target: t, After: timeout, State: State{Word: "still there", Message: holders(o)}, Why: c.Explain(ctx, t)}
		}
		if err := c.Sleep(ctx, pollEvery/2); err != nil {
			return err
		}
	}
}

// holders says what keeps an object that is being deleted.
func holders(o Object) string {
	finalizers, _ := o.At("metadata", "finalizers").([]any)
	if len(finalizers) == 0 {
		return ErrorText(o)
	}
	var names []string
	for _, f := range finalizers {
		names = append(names, fmt.Sprint(f))
	}
	said := "it is held by the finalizer " + strings.Join(names, ", ") + ", which its controller has not taken off"
	if text := ErrorText(o); text != "" {
		said += ": " + text
	}
	return said
}

// Stopped is what became of a job that was stopped.
type Stopped struct {
	// Path is the savepoint's.
	Path string
	// Why says why there is none.
	Why string
}

// NoSavepointError says that a job's state cannot be saved now.
type NoSavepointError struct {
	Target Target
	Why    string
}

// Error says why, and what to do.
func (e *NoSavepointError) Error() string {
	return fmt.Sprintf("%s: no savepoint can be taken: %s; mend that first, or go on without one (--no-savepoint)", e.Target, e.Why)
}

// StopWithSavepoint suspends a job with a savepoint and waits for its path. A job
// that has no state to save is left as it is (Stopped.Why); one whose state cannot
// be saved now is a NoSavepointError (facts: flink-operator §6.2, §6.3).
func (c *Client) StopWithSavepoint(ctx context.Context, t Target, timeout time.Duration, see func(State)) (Stopped, error) {
	o, err := c.Get(ctx, t)
	switch {
	case err != nil:
		return Stopped{}, err
	case o == nil:
		return Stopped{Why: "it is not there"}, nil
	case o.At("spec", "job") == nil:
		return Stopped{Why: "it is a session cluster"}, nil
	}
	stopped, err := settled(t, o)
	if err != nil {
		return Stopped{}, err
	}
	if stopped != nil {
		return *stopped, nil
	}
	suspend := map[string]any{"spec": map[string]any{"job": map[string]any{"state": "suspended", "upgradeMode": "savepoint"}}}
	if _, err := c.Patch(ctx, t, suspend); err != nil { // refused where neither the job nor the operator has a directory
		return Stopped{}, &NoSavepointError{t, err.Error()}
	}
	if err := c.Wait(ctx, t, timeout, see); err != nil {
		return Stopped{}, err
	}
	if o, err = c.Get(ctx, t); err != nil {
		return Stopped{}, err
	}
	path := o.Text("status", "jobStatus", "upgradeSavepointPath")
	if path == "" || path == lastState {
		return Stopped{}, &NoSavepointError{t, "the operator suspended it and gives no path"}
	}
	return Stopped{Path: path}, nil
}

// settled says what is to be said of a job that need not, or cannot, be stopped
// with a savepoint; nil of one that can.
func settled(t Target, o Object) (*Stopped, error) {
	state, path := StateOf(o), o.Text("status", "jobStatus", "upgradeSavepointPath")
	switch {
	case state.Job == "FINISHED" && state.Word != "SUSPENDED":
		return &Stopped{Why: "it has finished"}, nil
	case o.At("status", "reconciliationStatus", "lastReconciledSpec") == nil && state.Job == "":
		return &Stopped{Why: "it was never started"}, nil
	case state.Word == "SUSPENDED" && path == lastState:
		return nil, &NoSavepointError{t, "it is suspended, and its state is known by its HA metadata alone, " +
			"which go with it; resume it first"}
	case state.Word == "SUSPENDED":
		return &Stopped{Path: path, Why: "it was suspended without a savepoint"}, nil
	case !HasSavepointDir(o) && (o.Text("spec", "job", "upgradeMode") == "" || o.Text("spec", "job", "upgradeMode") == "stateless"):
		return &Stopped{Why: "it is stateless and has no savepoint directory (state.savepoints.dir)"}, nil
	case state.Job != "RUNNING":
		return nil, &NoSavepointError{
			t, "the job is " + cmp.Or(state.Job, state.Word) + ", not RUNNING" + after(": ", state.Message),
		}
	}
	return nil, nil
}

func after(sign, text string) string {
	if text == "" {
		return ""
	}
	return sign + text
}

// HasSavepointDir reports whether the job's own configuration says where
// savepoints go (Flink 1.20: execution.checkpointing.savepoint-dir; before:
// state.savepoints.dir). The operator's defaults are not seen.
func HasSavepointDir(o Object) bool {
	return setting(o, "state.savepoints.dir") != "" || setting(o, "execution.checkpointing.savepoint-dir") != ""
}

// setting reads a key of spec.flinkConfiguration, written flat or nested.
func setting(o Object, key string) string {
	config, _ := o.At("spec", "flinkConfiguration").(map[string]any)
	return settingIn(config, key)
}

func settingIn(config map[string]any, key string) string {
	if v, ok := config[key]; ok {
		if _, nested := v.(map[string]any); !nested {
			return fmt.Sprint(v)
		}
	}
	for i := range key {
		if key[i] != '.' {
			continue
		}
		if below, ok := config[key[:i]].(map[string]any); ok {
			if found := settingIn(below, key[i+1:]); found != "" {
				return found
			}
		}
	}
	return ""
}

// SnapshotRequest asks for a savepoint or a checkpoint of a running job.
type SnapshotRequest struct {
	// Job is a FlinkDeployment or FlinkSessionJob; Name that of the FlinkStateSnapshot.
	Job  Target
	Name string
	// Checkpoint asks for a checkpoint; Path and Format are those of a savepoint,
	// empty for the job's directory and CANONICAL.
	Checkpoint   bool
	Path, Format string
	// Adopt takes over the savepoint that is at Path already.
	Adopt bool
	// Dispose deletes the savepoint's files with the FlinkStateSnapshot.
	Dispose bool
	// Labels are set on the FlinkStateSnapshot.
	Labels map[string]string
}

// Object is the FlinkStateSnapshot that asks for it. A failure is tried three
// times; the operator's own default is for ever.
func (r SnapshotRequest) Object() Object {
	spec := map[string]any{"backoffLimit": int64(3)}
	if !r.Adopt {
		spec["jobReference"] = map[string]any{"kind": r.Job.Kind.Kind, "name": r.Job.Name}
	}
	if r.Checkpoint {
		spec["checkpoint"] = map[string]any{}
	} else {
		savepoint := map[string]any{"disposeOnDelete": r.Dispose}
		if r.Path != "" {
			savepoint["path"] = r.Path
		}
		if r.Format != "" {
			savepoint["formatType"] = r.Format
		}
		if r.Adopt {
			savepoint["alreadyExists"] = true
		}
		spec["savepoint"] = savepoint
	}
	labels := map[string]any{MadeLabel: "snapshot"}
	for key, value := range r.Labels {
		labels[key] = value
	}
	return Object{
		"apiVersion": FlinkGroup + "/v1beta1", "kind": "FlinkStateSnapshot",
		"metadata": map[string]any{"name": r.Name, "namespace": r.Job.Namespace, "labels": labels},
		"spec":     spec,
	}
}

// Request asks for a snapshot.
func (c *Client) Request(ctx context.Context, r SnapshotRequest) error {
	resource, err := c.Resource(FlinkKind("FlinkStateSnapshot"), r.Job.Namespace)
	if err != nil {
		return fmt.Errorf("the operator's CRDs have no FlinkStateSnapshot (it came with 1.10): %w", err)
	}
	_, err = resource.Create(ctx, &unstructured.Unstructured{Object: r.Object()}, metav1.CreateOptions{FieldManager: FieldManager})
	if err != nil {
		return fmt.Errorf("ask for a snapshot of %s: %w", r.Job, err)
	}
	return nil
}

// Snapshot asks for a snapshot and waits for its path.
func (c *Client) Snapshot(
	ctx context.Context, r SnapshotRequest, timeout time.Duration, see func(State),
) (path string, err error) {
	if err := c.Request(ctx, r); err != nil {
		return "", err
	}
	t := Target{Kind: FlinkKind("FlinkStateSnapshot"), Namespace: r.Job.Namespace, Name: r.Name}
	if err := c.Wait(ctx, t, timeout, see); err != nil {
		return "", err
	}
	o, err := c.Get(ctx, t)
	if err != nil {
		return "", err
	}
	return o.Text("status", "path"), nil
}
