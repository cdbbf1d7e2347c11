package testkit

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
)

// fail ends a deployment whose JobManager does not come up (facts §6.5, JM pod reasons that set JM ERROR; §1.3: a job
// that is FAILED makes the lifecycle FAILED).
func (f *FlinkOperator) fail(ctx context.Context, o *live[clusterStatus], s *clusterStatus, script Script) error {
	reason, message, job := "ImagePullBackOff", "Back-off pulling image "+strconv.Quote(dig[string](o.Spec, "image")), "RECONCILING"
	if script.is(Failing) {
		reason, job = "CrashLoopBackOff", jobFailed
		message = "back-off 5m0s restarting failed container=flink-main-container"
	}
	if o.Kind == "FlinkDeployment" {
		if err := f.breakPods(ctx, o.Metadata, reason, message); err != nil {
			return err
		}
		s.JobManager = managerError
	}
	if o.Spec["job"] != nil {
		s.Job.State, s.Job.UpdateTime = job, milliseconds()
	}
	s.Error = complaint("org.apache.flink.kubernetes.operator.exception.DeploymentFailedException", reason+": "+message)
	say(ctx, f, o, "Warning", reason, message)
	return nil
}

// breakPods has the scheduled pods of the JobManager say why their main container waits, as a kubelet does. Their phase
// stays Running, also where it would be Pending, because the played kubelet would start those again.
func (f *FlinkOperator) breakPods(ctx context.Context, m objectMeta, reason, message string) error {
	if !f.pods {
		return nil
	}
	var list struct {
		Items []live[podStatus] `json:"items"`
	}
	pods := "/api/v1/namespaces/" + m.Namespace + "/pods"
	selector := "?labelSelector=" + url.QueryEscape("app="+m.Name+",component=jobmanager")
	if err := f.client.do(ctx, http.MethodGet, pods+selector, "", nil, &list); err != nil {
		return err
	}
	if len(list.Items) == 0 {
		return errors.New("no pod yet")
	}
	for _, pod := range list.Items {
		if dig[string](pod.Spec, "nodeName") == "" {
			continue
		}
		if pod.Status.Phase != "Running" {
			return errors.New("the pod does not run yet")
		}
		patch := map[string]any{"status": map[string]any{
			"conditions": []any{
				map[string]any{"type": "Ready", "status": "False", "reason": "ContainersNotReady"},
				map[string]any{"type": "ContainersReady", "status": "False", "reason": "ContainersNotReady"},
			},
			"containerStatuses": []any{map[string]any{
				"name": "flink-main-container", "ready": false, "restartCount": 0, "image": "", "imageID": "",
				"state": map[string]any{"running": nil, "waiting": map[string]any{"reason": reason, "message": message}},
			}},
		}}
		path := pods + "/" + pod.Metadata.Name + "/status"
		if err := f.client.do(ctx, http.MethodPatch, path, "application/strategic-merge-patch+json", patch, nil); err != nil {
			return err
		}
	}
	return nil
}
