package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/release"
)

// DeleteJob deletes a job, after a last savepoint unless Deploy.Savepoint is off,
// and with it the Helm release that holds it.
func (a *App) DeleteJob(ctx context.Context, req JobRequest) (*JobResult, error) {
	result := &JobResult{}
	j, _, err := a.findJob(ctx, req)
	if err != nil {
		return result, err
	}
	if err := j.mayDelete(); err != nil {
		return result, err
	}
	if req.Confirm != nil {
		what := "deletes " + j.target.String()
		if !req.Deploy.Savepoint && !j.session() {
			what += " without a last savepoint"
		}
		if err := req.Confirm(what, j.target.Name); err != nil {
			return result, err
		}
	}
	if j.revision == nil {
		return result, j.deleteAlone(ctx, req, result)
	}
	d := &deploy.Deployment{Cluster: j.client, Options: req.Deploy, Releases: release.New(j.client, j.platform)}
	d.Plan.Platform, d.Plan.Namespace = j.platform, j.home
	d.See = func(e deploy.Event) {
		result.Path = cmp.Or(e.Savepoint, result.Path)
		if req.See != nil {
			req.See(e)
		}
	}
	if err := d.RemoveRelease(ctx, *j.revision); err != nil {
		return result, err
	}
	result.note("its release %s was uninstalled; while the values have %s, helm flink upgrade brings it back",
		j.revision.Key(), strings.Join(j.valuesPath(), "."))
	return result, nil
}

// mayDelete refuses what could not be finished or would lose state unasked.
func (j *job) mayDelete() error {
	switch {
	case j.colourOf() != "":
		return fmt.Errorf("%s: it is a colour of the blue/green deployment %s; delete that", j.target, j.colourOf())
	case !j.session():
		return nil
	}
	var jobs []string
	for _, o := range j.siblings {
		if o.Namespace() == j.target.Namespace && o.Text("spec", "deploymentName") == j.target.Name {
			jobs = append(jobs, o.Name())
		}
	}
	if len(jobs) > 0 {
		slices.Sort(jobs)
		return fmt.Errorf("%s: its session jobs go first, the operator waits for them: %s", j.target, strings.Join(jobs, ", "))
	}
	return nil
}

// deleteAlone deletes a resource that no release holds; of a blue/green deployment
// the savepoint is one of its active colour.
func (j *job) deleteAlone(ctx context.Context, req JobRequest, result *JobResult) error {
	if req.Deploy.Savepoint {
		stop := j.client.StopWithSavepoint
		if j.blueGreen() {
			stop = j.client.SaveBlueGreen
		}
		stopped, err := stop(ctx, j.target, req.Deploy.Timeout, j.see(req))
		if err != nil {
			return err
		}
		result.Path = stopped.Path
		if stopped.Path == "" {
			result.note("no savepoint was taken: %s", stopped.Why)
		}
	}
	return j.client.Delete(ctx, j.target, req.Deploy.Timeout)
}

// LogsRequest asks for the logs of a job's pods.
type LogsRequest struct {
	JobRequest
	cluster.LogOptions
	// Component is jobmanager or taskmanager, empty for both.
	Component string
	// Container is its name, empty for Flink's own.
	Container string
}

// mainContainer is the name that the operator and Flink ask for (facts of
// flink-kubernetes-operator, podTemplate merge).
const mainContainer = "flink-main-container"

// Logs gives the logs of all pods that run a job, line by line with the name of
// the pod, those of several at the same time. It is called by one goroutine at a
// time. Pods that start later are not followed.
func (a *App) Logs(ctx context.Context, req LogsRequest, line func(pod, text string)) error {
	j, _, err := a.findJob(ctx, req.JobRequest)
	if err != nil {
		return err
	}
	pods, err := j.pods(ctx, req.Component)
	if err != nil {
		return err
	}
	type text struct{ pod, line string }
	lines, errs := make(chan text), make([]error, len(pods))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan int)
	for i, pod := range pods {
		go func() {
			container := containerOf(pod, req.Container)
			errs[i] = j.client.Logs(ctx, pod.Namespace(), pod.Name(), container, req.LogOptions, func(l string) {
				select {
				case lines <- text{pod.Name(), l}:
				case <-ctx.Done():
				}
			})
			done <- i
		}()
	}
	for left := len(pods); left > 0; {
		select {
		case t := <-lines:
			line(t.pod, t.line)
		case <-done:
			left--
		}
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// pods are the pods that run a job, in order; none is an error that says why.
func (j *job) pods(ctx context.Context, component string) ([]cluster.Object, error) {
	name := j.cluster()
	if j.blueGreen() {
		return nil, fmt.Errorf("%s: its pods are those of its colours: name the FlinkDeployment, %s-blue or %s-green",
			j.target, name, name)
	}
	labels := "app=" + name + ",component in (jobmanager,taskmanager)"
	if component != "" {
		labels = "app=" + name + ",component=" + component
	}
	pods, err := j.client.ListIn(ctx, cluster.CoreKind("Pod"), []string{j.target.Namespace}, cluster.Query{Labels: labels})
	if err != nil {
		return nil, err
	}
	if len(pods) == 0 {
		state := cluster.StateOf(j.object)
		what := "pod"
		if component != "" {
			what = component + " pod"
		}
		return nil, fmt.Errorf("%s has no %s: it is %s%s", j.target, what, state.Word, afterText(": ", state.Message))
	}
	slices.SortFunc(pods, func(a, b cluster.Object) int { return strings.Compare(a.Name(), b.Name()) })
	return pods, nil
}

func afterText(sign, text string) string {
	if text == "" {
		return ""
	}
	return sign + text
}

// containerOf is the container whose log is read: the one that was named, Flink's
// own, or the first.
func containerOf(pod cluster.Object, name string) string {
	if name != "" {
		return name
	}
	first := ""
	containers, _ := pod.At("spec", "containers").([]any)
	for _, each := range containers {
		c, _ := each.(map[string]any)
		got := cluster.Object(c).Text("name")
		if got == mainContainer {
			return got
		}
		first = cmp.Or(first, got)
	}
	return first
}

// UIRequest asks for Flink's web interface.
type UIRequest struct {
	JobRequest
	// Address and Port are those on this machine; 0 is a free port.
	Address string
	Port    int
}

// UI forwards a port of this machine to the REST port of a job's JobManager until
// the context ends, and tells the URL once it answers.
func (a *App) UI(ctx context.Context, req UIRequest, ready func(url string)) error {
	j, _, err := a.findJob(ctx, req.JobRequest)
	if err != nil {
		return err
	}
	pods, err := j.pods(ctx, "jobmanager")
	if err != nil {
		return err
	}
	slices.SortStableFunc(pods, func(a, b cluster.Object) int { return readiness(b) - readiness(a) })
	pod := pods[0]
	if phase := pod.Text("status", "phase"); phase != "Running" {
		return fmt.Errorf("%s: its JobManager's pod %s is %s", j.target, pod.Name(), cmp.Or(phase, "not started"))
	}
	config := j.object
	if j.object.Kind() == "FlinkSessionJob" {
		t := cluster.Target{Kind: cluster.FlinkKind("FlinkDeployment"), Namespace: j.target.Namespace, Name: j.cluster()}
		if config, err = j.client.Get(ctx, t); err != nil {
			return err
		}
	}
	port := restPort(config)
	return j.client.Forward(ctx, pod.Namespace(), pod.Name(), req.Address, req.Port, port, func(local int) {
		ready(fmt.Sprintf("http://%s:%d/", req.Address, local))
	})
}

// readiness puts pods that are ready before those that run before others.
func readiness(pod cluster.Object) int {
	switch {
	case condition(pod, "Ready") == "True":
		return 2
	case pod.Text("status", "phase") == "Running":
		return 1
	}
	return 0
}

// restPort is rest.port, 8081 by default (Flink 1.20, RestOptions.PORT).
func restPort(o cluster.Object) int {
	var port int
	if _, err := fmt.Sscanf(cluster.Setting(o, "rest.port"), "%d", &port); err == nil && port > 0 {
		return port
	}
	return 8081
}
