// Package change says what a change of an object means for what runs: whether
// a Flink job goes on, is scaled, is upgraded and how, and whether state is lost.
//
// It is pure: it reads the object as it lives (with its status) and as the API
// server would store it, and asks no cluster. What cannot be known from the two
// (whether a new jar can read the state, whether HA metadata is still there) is
// not guessed.
//
// The judgements follow the operator: the reconcilers and SpecDiff annotations of
// apache/flink-kubernetes-operator 1.15 and 1.16.1 (AbstractJobReconciler.getJobUpgrade,
// ApplicationReconciler, SessionReconciler, ReflectiveDiffBuilder, DefaultValidator).
package change

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// Effect is what happens to the thing that an object stands for.
type Effect int

// The effects, roughly from the mildest to the hardest.
const (
	// None: nothing changes.
	None Effect = iota
	// Ignored: the object changes, and what runs does not.
	Ignored
	// Changed: an object changes that no Flink job and no node hangs on directly.
	Changed
	// Scaled: parallelism changes in place, without a restart by the operator.
	Scaled
	// Drifted: nodes of a pool no longer match it and are replaced, by its budgets.
	Drifted
	// Upgraded: stopped and started anew; How says from which state.
	Upgraded
	// Suspended: stopped, to be resumed; How says what is kept.
	Suspended
	// Resumed: started again; How says from which state.
	Resumed
	// Redeployed: cancelled and started from job.initialSavepointPath.
	Redeployed
	// Created: was not there.
	Created
	// Deleted: will not be there.
	Deleted
	// Replaced: another object with another name takes its place.
	Replaced
	// Refused: the operator's validator or the API server does not accept the change.
	Refused
)

// String gives the effect in lower case: "upgraded".
func (e Effect) String() string {
	return [...]string{"unchanged", "ignored", "changed", "scaled in place", "drifted", "upgraded", "suspended", "resumed",
		"redeployed", "created", "deleted", "replaced", "refused"}[e]
}

// How is the way in which a job is stopped and started again.
type How int

// The ways. Source: AbstractJobReconciler.getJobUpgrade, facts of operator 1.16.1.
const (
	// NoHow: nothing is stopped or started.
	NoHow How = iota
	// Stateless: cancelled, and started from empty state.
	Stateless
	// FromSavepoint: stopped with a savepoint, and started from it.
	FromSavepoint
	// FromLastState: the JobManager is deleted, its HA metadata kept, and the job goes on from its last checkpoint.
	FromLastState
	// FromCheckpoint: cancelled by REST, and started from its last checkpoint.
	FromCheckpoint
	// FromKnown: started from the savepoint or checkpoint that the status names.
	FromKnown
	// FromInitial: started from job.initialSavepointPath.
	FromInitial
	// Transition: a second deployment is started beside the first, which then ends (FlinkBlueGreenDeployment).
	Transition
	// Restart: a session cluster is deleted and deployed again.
	Restart
	// Waits: nothing happens until the job's state changes, and the status does not say so.
	Waits
	// Fails: the operator gives up with "Manual restore required.".
	Fails
)

// String says the way in words that go on a sentence: "stopped with a savepoint and started from it".
func (h How) String() string {
	return [...]string{
		"", "started from empty state", "stopped with a savepoint and started from it",
		"restarted from its last checkpoint by its HA metadata", "cancelled and started from its last checkpoint",
		"started from the savepoint or checkpoint that its status names", "started from job.initialSavepointPath",
		"a second deployment takes over from the first", "the cluster is deleted and deployed again",
		"the operator waits", "the operator gives up",
	}[h]
}

// kept says what is left of a job that is stopped and not started again.
func (h How) kept() string {
	switch h {
	case Stateless:
		return "cancelled, and its state is dropped"
	case FromSavepoint:
		return "stopped with a savepoint"
	case FromLastState:
		return "stopped, and its HA metadata, which names its last checkpoint, is kept"
	case FromCheckpoint:
		return "cancelled, and its last checkpoint is kept"
	case FromKnown:
		return "its status names the savepoint or checkpoint to go on from"
	default:
		return h.String()
	}
}

// ID gives the effect as one word for machines: "scaled".
func (e Effect) ID() string { return strings.Fields(e.String())[0] }

// ID gives the way as one word for machines: "from-savepoint"; "" for NoHow.
func (h How) ID() string {
	return [...]string{"", "stateless", "from-savepoint", "from-last-state", "from-checkpoint", "from-known", "from-initial",
		"transition", "restart", "waits", "fails"}[h]
}

// Line is one field that differs, with what the operator does about it alone.
type Line struct {
	// Path from the object's root: spec.job.parallelism, spec.flinkConfiguration.state.checkpoints.dir.
	Path   string
	Effect Effect
}

// Reason is one sentence on a change.
type Reason struct {
	// Loss: the change would lose state or data for this reason.
	Loss bool
	// Path of the field that it is about, "" for the whole object.
	Path string
	// Why is a sentence without a dot, which names the actual values. Hint says what to do, or is empty.
	Why, Hint string
}

// Meaning is what a change means.
type Meaning struct {
	Effect Effect
	How    How
	// Lines are the fields that differ, by path.
	Lines []Line
	// Reasons explain the effect, losses first.
	Reasons []Reason
}

// Loss reports whether state or data would be lost. A refused change loses nothing.
func (m Meaning) Loss() bool {
	for _, r := range m.Reasons {
		if r.Loss {
			return true
		}
	}
	return false
}

// Summary says the effect and the way in one line: "upgraded: stopped with a savepoint and started from it".
func (m Meaning) Summary() string {
	switch {
	case m.How == NoHow:
		return m.Effect.String()
	case m.Effect == Suspended, m.Effect == Deleted:
		return m.Effect.String() + ": " + m.How.kept()
	default:
		return m.Effect.String() + ": " + m.How.String()
	}
}

// say adds a note.
func (m *Meaning) say(path, why, hint string) {
	m.Reasons = append(m.Reasons, Reason{Path: path, Why: why, Hint: hint})
}

// lose adds a loss, after the losses that are there and before the notes.
func (m *Meaning) lose(path, why, hint string) {
	at := 0
	for at < len(m.Reasons) && m.Reasons[at].Loss {
		at++
	}
	notes := append([]Reason{{true, path, why, hint}}, m.Reasons[at:]...)
	m.Reasons = append(m.Reasons[:at:at], notes...)
}

// Input is one change. The objects are decoded JSON: maps, lists, strings, numbers of any Go type, booleans.
type Input struct {
	// Before is the live object with its metadata and status; nil for one that is not there.
	Before map[string]any
	// After is the object as the API server would store it; nil for one that goes. Its status does not matter.
	After map[string]any
	// Defaults is the operator's default configuration for the object's namespace and Flink version.
	Defaults flink.Config
	// Cluster is the live session cluster of a FlinkSessionJob; nil where it is not known.
	Cluster map[string]any
	// Jobs are the live FlinkSessionJobs of a session cluster.
	Jobs []map[string]any
	// Operator is its version; the zero value counts as new.
	Operator flink.Operator
}

// Of says what a change means.
func Of(in Input) Meaning {
	subject := in.After
	if subject == nil {
		subject = in.Before
	}
	group, kind := identity(subject)
	switch group + "/" + kind {
	case "flink.apache.org/FlinkDeployment":
		return in.flink(false)
	case "flink.apache.org/FlinkSessionJob":
		return in.flink(true)
	case "flink.apache.org/FlinkStateSnapshot":
		return in.snapshot()
	case "flink.apache.org/FlinkBlueGreenDeployment":
		return in.blueGreen()
	case "karpenter.sh/NodePool", "karpenter.k8s.aws/EC2NodeClass":
		return in.nodes()
	default:
		return in.plain()
	}
}
