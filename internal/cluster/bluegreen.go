package cluster

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
)

// SaveBlueGreen takes a savepoint of the active colour of a blue/green deployment,
// as StopWithSavepoint does of a job, but without stopping it: operators before
// 1.16 cannot suspend one, and a colour that is changed by hand is changed back.
// What the job does between the savepoint and its end is done again by whoever
// starts from it.
func (c *Client) SaveBlueGreen(ctx context.Context, t Target, timeout time.Duration, see func(State)) (Stopped, error) {
	o, err := c.Get(ctx, t)
	if err != nil || o == nil {
		return Stopped{Why: "it is not there"}, err
	}
	colour, active := strings.CutPrefix(o.Text("status", "blueGreenState"), "ACTIVE_")
	state := StateOf(o)
	switch {
	case state.Job == "FINISHED":
		return Stopped{Why: "it has finished"}, nil
	case !HasSavepointDir(Object{"spec": o.At("spec", "template", "spec")}):
		return Stopped{Why: "it has no savepoint directory (state.savepoints.dir)"}, nil
	case state.Job == "" && !active:
		return Stopped{Why: "it was never started"}, nil
	case !active || state.Job != "RUNNING":
		return Stopped{}, &NoSavepointError{t, "it is " + state.Word + " and its job " + cmp.Or(state.Job, "not there")}
	}
	child := Target{Kind: FlinkKind("FlinkDeployment"), Namespace: t.Namespace, Name: t.Name + "-" + strings.ToLower(colour)}
	request := SnapshotRequest{Job: child, Name: fmt.Sprintf("%s-last-%d", t.Name, c.Now().UnixMilli())}
	path, err := c.Snapshot(ctx, request, timeout, see)
	if err != nil {
		return Stopped{}, err
	}
	// The files stay: disposeOnDelete is false.
	err = c.Delete(ctx, Target{Kind: FlinkKind("FlinkStateSnapshot"), Namespace: t.Namespace, Name: request.Name}, timeout)
	return Stopped{Path: path}, err
}
