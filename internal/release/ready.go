package release

import (
	"fmt"
	"slices"
	"time"

	"helm.sh/helm/v3/pkg/kube"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// readyEvery is how often Helm's checks are asked.
const readyEvery = time.Second

// ready waits until an object of a chart is ready as Helm has it (helm v3.22.0,
// pkg/kube/ready.go): Deployments, StatefulSets, DaemonSets, Jobs, Pods, claims and
// load balancers are looked at, anything else is there or not.
func (k *kubeClient) ready(info *resource.Info, timeout time.Duration) error {
	t := target(info)
	checker := kube.NewReadyChecker(k.cluster.Typed(), func(string, ...any) {}, kube.PausedAsReady(true), kube.CheckJobs(true))
	start, told := k.cluster.Now(), cluster.State{}
	for {
		ready, err := checker.IsReady(k.ctx, info)
		state := cluster.State{Word: "waiting"}
		switch {
		case ready:
			state = cluster.State{Phase: cluster.Ready, Word: "ready"}
		case k.ctx.Err() != nil:
			return fmt.Errorf("wait for %s: %w", t, k.ctx.Err())
		case err != nil && apierrors.ReasonForError(err) == metav1.StatusReasonUnknown: // it says that it failed
			state = cluster.State{Phase: cluster.Failed, Word: "failed", Message: err.Error()}
		case err != nil:
			state.Message = err.Error()
		}
		if k.see != nil && state != told && takesTime(t) {
			k.see(t, state)
		}
		told = state
		switch {
		case state.Phase == cluster.Ready:
			return nil
		case state.Phase == cluster.Failed:
			return &cluster.FailedError{Target: t, State: state, Why: k.cluster.Explain(k.ctx, t)}
		case k.cluster.Now().Sub(start) >= timeout:
			return &cluster.TimeoutError{Target: t, After: timeout, State: state, Why: k.cluster.Explain(k.ctx, t)}
		}
		if err := k.cluster.Sleep(k.ctx, readyEvery); err != nil {
			return fmt.Errorf("wait for %s: %w", t, err)
		}
	}
}

// takesTime leaves out what is ready when it is there.
func takesTime(t cluster.Target) bool {
	return slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet", "Job", "Pod", "PersistentVolumeClaim"}, t.Kind.Kind)
}
