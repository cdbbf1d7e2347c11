package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Target is an object that is waited for.
type Target struct {
	Kind            schema.GroupVersionKind
	Namespace, Name string
}

// String is "FlinkDeployment team/orders".
func (t Target) String() string {
	if t.Namespace == "" {
		return t.Kind.Kind + " " + t.Name
	}
	return t.Kind.Kind + " " + t.Namespace + "/" + t.Name
}

// TimeoutError says that something was not ready in time, and what is missing.
type TimeoutError struct {
	Target Target
	After  time.Duration
	State  State
	Why    []string // what was found out about it, a line each
}

// Error names the object, its state and what it waits for.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("%s is not ready after %s: %s%s", e.Target, e.After, describe(e.State), lines(e.Why))
}

// FailedError says that something will not become ready.
type FailedError struct {
	Target Target
	State  State
	Why    []string
}

// Error names the object, its state and the message of whoever gave up.
func (e *FailedError) Error() string {
	return fmt.Sprintf("%s failed: %s%s", e.Target, describe(e.State), lines(e.Why))
}

func describe(s State) string {
	said := cmp.Or(s.Word, "not there")
	if s.Message != "" {
		said += ", " + s.Message
	}
	return said
}

func lines(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return "\n  " + strings.Join(all, "\n  ")
}

// pollEvery is how often the state of what is waited for is read.
const pollEvery = time.Second

// Wait returns when the object is ready. It fails at once when the object failed
// (FailedError), and after the timeout with a TimeoutError; both carry what
// Explain found. Each change of state is told to see.
func (c *Client) Wait(ctx context.Context, t Target, timeout time.Duration, see func(State)) error {
	start, asked := c.Now(), c.Now()
	var last State
	told := false
	for round := 0; ; round++ {
		o, err := c.shared.get(ctx, t.Kind, t.Namespace, t.Name, asked.Add(-time.Nanosecond))
		if err != nil {
			return fmt.Errorf("wait for %s: %w", t, err)
		}
		state := c.judged(ctx, t, o, round, c.Now().Sub(start))
		if see != nil && (!told || state != last) {
			see(state)
		}
		last, told = state, true
		switch {
		case state.Phase == Ready:
			return nil
		case state.Phase == Failed:
			return &FailedError{Target: t, State: state, Why: c.Explain(ctx, t)}
		case c.Now().Sub(start) >= timeout:
			return &TimeoutError{Target: t, After: timeout, State: state, Why: c.Explain(ctx, t)}
		}
		if err := c.Sleep(ctx, pollEvery); err != nil {
			return fmt.Errorf("wait for %s: %w", t, err)
		}
		asked = c.Now()
	}
}

// judged is the state of what is waited for, with what its events say of it.
func (c *Client) judged(ctx context.Context, t Target, o Object, round int, waited time.Duration) State {
	if o == nil {
		return State{Message: "it is not there"}
	}
	state := StateOf(o)
	if state.Phase == Waiting && round%eventsEvery == eventsEvery-1 {
		if refused, err := c.refusal(ctx, t); err == nil && refused != "" {
			state.Phase, state.Message = Failed, refused
		}
	}
	if state.Stale && waited < takenUp {
		state.Phase = Waiting
	}
	return state
}

// takenUp is how long the operator may take to see that a spec was changed: it
// watches, so a failure that is older than the spec is gone long before.
const takenUp = 20 * time.Second

// eventsEvery is the number of rounds after which events are read too: an
// operator that refuses a change may say so nowhere else
// (flink-kubernetes-operator, ValidationError and UnsupportedFlinkVersion).
const eventsEvery = 3

// IsTimeout reports whether an error is that of a wait that took too long.
func IsTimeout(err error) bool {
	late := (*TimeoutError)(nil)
	return errors.As(err, &late)
}
