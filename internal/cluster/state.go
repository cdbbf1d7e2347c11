package cluster

import (
	"cmp"
	"encoding/json"
	"strings"
)

// The groups of kinds whose state is read.
const (
	FlinkGroup     = "flink.apache.org"
	KarpenterGroup = "karpenter.sh"
)

// Phase is how far an object is on its way to what was asked for.
type Phase int

// The phases.
const (
	Waiting Phase = iota // not there yet
	Ready                // there
	Failed               // it will not get there without a change
)

// State is how an object is doing, read from its status
// (facts of flink-kubernetes-operator, api/status/CommonStatus.java and
// api/lifecycle/ResourceLifecycleState.java, release 1.15).
type State struct {
	Phase Phase
	// Word is the state in one word of the object's own: STABLE, SUSPENDED, COMPLETED, Available.
	Word string
	// Job is status.jobStatus.state: RUNNING, FINISHED; empty where there is none.
	Job string
	// Message says what it waits for, or why it failed.
	Message string
	// Stale is whether a failure may be that of the spec before: the operator has
	// not taken up the one that is there now. A spec that it refuses stays so.
	Stale bool
}

// Object is a live object.
type Object map[string]any

// At gives what is at a path of maps, or nil.
func (o Object) At(path ...string) any {
	var at any = map[string]any(o)
	for _, key := range path {
		m, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = m[key]
	}
	return at
}

// Text gives the string at a path, or "".
func (o Object) Text(path ...string) string {
	s, _ := o.At(path...).(string)
	return s
}

// Number gives the whole number at a path, or 0.
func (o Object) Number(path ...string) int64 {
	switch n := o.At(path...).(type) {
	case int64:
		return n
	case float64:
		return int64(n)
	}
	return 0
}

// Kind is the object's.
func (o Object) Kind() string { return o.Text("kind") }

// Namespace is the object's, empty for one that is in none.
func (o Object) Namespace() string { return o.Text("metadata", "namespace") }

// Name is the object's.
func (o Object) Name() string { return o.Text("metadata", "name") }

// Group is that of the object's kind.
func (o Object) Group() string {
	group, _, found := strings.Cut(o.Text("apiVersion"), "/")
	if !found {
		return ""
	}
	return group
}

// StateOf judges a live object. Kinds whose status says nothing about being
// ready are ready as they are.
func StateOf(o Object) State {
	if o.Group() == FlinkGroup {
		switch o.Kind() {
		case "FlinkDeployment", "FlinkSessionJob":
			return flinkState(o)
		case "FlinkStateSnapshot":
			return snapshotState(o)
		case "FlinkBlueGreenDeployment":
			return blueGreenState(o)
		}
	}
	if o.Group() == "apps" && o.Kind() == "Deployment" {
		return deploymentState(o)
	}
	return State{Phase: Ready}
}

// flinkState follows what the operator calls done: the generation is observed,
// the lifecycle is at its target and no error is left.
func flinkState(o Object) State {
	s := State{Word: o.Text("status", "lifecycleState"), Job: o.Text("status", "jobStatus", "state"), Message: ErrorText(o)}
	if s.Word == "" {
		s.Word = "CREATED"
	}
	observed := o.Number("status", "observedGeneration") == o.Number("metadata", "generation")
	// What failed before a change may not fail after it; nothing is observed before the first deployment.
	current := observed || o.Number("status", "observedGeneration") == 0
	switch {
	case s.Word == "FAILED", s.Word != "UPGRADING" && o.Text("status", "jobManagerDeploymentStatus") == "ERROR":
		s.Phase, s.Stale = Failed, !current
	case (s.Word == "ROLLED_BACK" || s.Word == "ROLLING_BACK") && observed:
		s.Phase = Failed
		if s.Message == "" {
			s.Message = "the operator went back to the last stable spec; the new one never became stable"
		}
	case o.Text("spec", "job", "state") == "suspended" && atRest(s, observed):
		s.Phase = Ready
	case !observed:
		s.Message = cmp.Or(s.Message, "the operator has not taken up the change yet")
	case s.Word == "STABLE" && s.Message == "":
		s.Phase = Ready
	default:
		s.Message = cmp.Or(s.Message, waitsFor(o, s))
	}
	return s
}

// atRest reports whether a job that is to be suspended is; one that was never
// started stays CREATED and is not observed.
func atRest(s State, observed bool) bool {
	return s.Word == "SUSPENDED" && observed || s.Word == "CREATED" && s.Message == ""
}

func waitsFor(o Object, s State) string {
	if jm := o.Text("status", "jobManagerDeploymentStatus"); jm != "" && jm != "READY" {
		return "the JobManager is " + jm
	}
	if s.Job != "" && s.Job != "RUNNING" {
		return "the job is " + s.Job
	}
	return "the lifecycle is " + s.Word
}

func snapshotState(o Object) State {
	s := State{Word: cmp.Or(o.Text("status", "state"), "TRIGGER_PENDING"), Message: ErrorText(o)}
	switch s.Word {
	case "COMPLETED":
		s.Phase = Ready
	case "FAILED", "ABANDONED":
		s.Phase = Failed
	}
	return s
}

func blueGreenState(o Object) State {
	s := State{
		Word: cmp.Or(o.Text("status", "blueGreenState"), "INITIALIZING_BLUE"), Job: o.Text("status", "jobStatus", "state"),
		Message: ErrorText(o),
	}
	active := strings.HasPrefix(s.Word, "ACTIVE_")
	switch {
	case active && s.Message != "" || s.Job == "FAILED":
		s.Phase = Failed // a transition that was given up leaves the old colour active and says why
	case active && (s.Job == "RUNNING" || s.Job == "FINISHED"):
		s.Phase = Ready
	}
	return s
}

// deploymentState is `kubectl rollout status`: the generation is observed, and
// all replicas are of it and available.
func deploymentState(o Object) State {
	want := int64(1)
	if o.At("spec", "replicas") != nil {
		want = o.Number("spec", "replicas")
	}
	updated, available := o.Number("status", "updatedReplicas"), o.Number("status", "availableReplicas")
	s := State{Word: "Progressing"}
	if o.Number("status", "observedGeneration") >= o.Number("metadata", "generation") && updated >= want && available >= want &&
		o.Number("status", "replicas") <= max(want, updated) {
		return State{Phase: Ready, Word: "Available"}
	}
	conditions, _ := o.At("status", "conditions").([]any)
	for _, c := range conditions {
		condition, _ := c.(map[string]any)
		at := Object(condition)
		if at.Text("type") == "ReplicaFailure" && at.Text("status") == "True" ||
			at.Text("type") == "Progressing" && at.Text("reason") == "ProgressDeadlineExceeded" {
			s.Message = at.Text("message")
		}
	}
	return s
}

// ErrorText is what status.error says: the message of the operator's JSON, with
// those of its causes, or the text as it is.
func ErrorText(o Object) string {
	text := o.Text("status", "error")
	if !strings.HasPrefix(text, "{") {
		return text
	}
	var e struct {
		Type          string
		Message       string
		ThrowableList []struct{ Type, Message string }
	}
	if json.Unmarshal([]byte(text), &e) != nil {
		return text
	}
	said := cmp.Or(e.Message, e.Type)
	for _, cause := range e.ThrowableList {
		if cause.Message != "" && !strings.Contains(said, cause.Message) {
			said += ": " + cause.Message
		}
	}
	return cmp.Or(said, text)
}
