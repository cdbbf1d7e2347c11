package testkit

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// deploymentStatus is what is read of the status of a Deployment of apps/v1.
type deploymentStatus struct {
	Available int `json:"availableReplicas,omitempty"`
}

// podStatus is what is read of the status of a Pod.
type podStatus struct {
	Phase string `json:"phase,omitempty"`
}

// noNode is the label of a node that no plane has: what keeps the task managers of script Pending from one.
const noNode = "played.helm-flink.dev/none"

// createPods creates what runs a cluster: the Deployment NAME of the JobManager and the Service NAME-rest (facts §1.3,
// labels to rely on), and in standalone mode the Deployment NAME-taskmanager (§1.1 row mode). What is there stays.
func (f *FlinkOperator) createPods(ctx context.Context, o *live[clusterStatus], spec map[string]any) error {
	m := o.Metadata
	replicas := max(1, int(dig[float64](spec, "jobManager", "replicas")))
	objects := map[string]map[string]any{
		"/apis/apps/v1/namespaces/" + m.Namespace + "/deployments": f.deployment(o, spec, m.Name, "jobmanager", replicas),
		"/api/v1/namespaces/" + m.Namespace + "/services": {
			"apiVersion": "v1", "kind": "Service", "metadata": f.owned(o, m.Name+"-rest", "jobmanager"),
			"spec": map[string]any{
				"selector": map[string]any{"app": m.Name, "component": "jobmanager"},
				"ports":    []any{map[string]any{"name": "rest", "port": 8081}},
			},
		},
	}
	for path, object := range objects {
		if err := f.create(ctx, path, object); err != nil {
			return err
		}
	}
	if dig[string](spec, "mode") != "standalone" {
		return nil
	}
	workers := f.deployment(o, spec, m.Name+"-taskmanager", "taskmanager", taskManagers(spec))
	return f.create(ctx, "/apis/apps/v1/namespaces/"+m.Namespace+"/deployments", workers)
}

// create posts an object that may be there already.
func (f *FlinkOperator) create(ctx context.Context, path string, object map[string]any) error {
	err := f.client.do(ctx, http.MethodPost, path, "application/json", object, nil)
	if answered(err, http.StatusConflict) {
		return nil
	}
	return err
}

// owned is the metadata of an object of a cluster.
func (f *FlinkOperator) owned(o *live[clusterStatus], name, component string) map[string]any {
	return map[string]any{
		"namespace": o.Metadata.Namespace, "name": name,
		"labels": map[string]any{"app": o.Metadata.Name, "component": component, "type": "flink-native-kubernetes"},
		"ownerReferences": []any{ownerReference{
			APIVersion: flinkGroup, Kind: o.Kind, Name: o.Metadata.Name, UID: o.Metadata.UID, Controller: true, BlockOwnerDeletion: true,
		}},
	}
}

func (f *FlinkOperator) deployment(
	o *live[clusterStatus], spec map[string]any, name, component string, replicas int,
) map[string]any {
	labels := map[string]any{"app": o.Metadata.Name, "component": component}
	pod := f.podSpec(o.Metadata, spec, component)
	pod["restartPolicy"] = "Always"
	return map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": f.owned(o, name, component),
		"spec": map[string]any{
			"replicas": replicas, "selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{"metadata": map[string]any{"labels": podLabels(spec, component, labels)}, "spec": pod},
		},
	}
}

// role is the field of the spec for a component.
func role(component string) string {
	if component == "jobmanager" {
		return "jobManager"
	}
	return "taskManager"
}

// podLabels are the labels of both templates and the operator's own.
func podLabels(spec map[string]any, component string, own map[string]any) map[string]any {
	labels := map[string]any{}
	for _, layer := range []map[string]any{
		dig[map[string]any](spec, "podTemplate", "metadata", "labels"),
		dig[map[string]any](spec, role(component), "podTemplate", "metadata", "labels"), own,
	} {
		maps.Copy(labels, layer)
	}
	return labels
}

// podSpec lays the component's pod template over the common one, key by key, and the spec's own fields over both. The
// containers other than flink-main-container are those of the upper template that has any.
func (f *FlinkOperator) podSpec(m objectMeta, spec map[string]any, component string) map[string]any {
	pod := map[string]any{}
	main := map[string]any{"image": "flink:" + flinkRelease(dig[string](spec, "flinkVersion"))}
	var besides []any
	for _, template := range []map[string]any{
		dig[map[string]any](spec, "podTemplate", "spec"), dig[map[string]any](spec, role(component), "podTemplate", "spec"),
	} {
		maps.Copy(pod, template)
		containers := dig[[]any](template, "containers")
		if len(containers) > 0 {
			besides = nil
		}
		for _, one := range containers {
			container, _ := one.(map[string]any)
			if container["name"] != "flink-main-container" {
				besides = append(besides, one)
				continue
			}
			maps.Copy(main, container)
		}
	}
	main["name"], main["resources"] = "flink-main-container", resources(dig[map[string]any](spec, role(component)))
	for field, target := range map[string]string{"image": "image", "imagePullPolicy": "imagePullPolicy"} {
		if value := dig[string](spec, field); value != "" {
			main[target] = value
		}
	}
	pod["containers"] = append([]any{main}, besides...)
	if account := dig[string](spec, "serviceAccount"); account != "" {
		pod["serviceAccountName"] = account
	}
	if component == "taskmanager" && f.scriptOf(m).is(Pending) {
		pod["nodeSelector"] = with(dig[map[string]any](pod, "nodeSelector"), noNode, "true")
	}
	return pod
}

// resources are the requests and limits of a component: resources as they are, or resource as both (facts §1.1).
func resources(component map[string]any) any {
	if given := dig[map[string]any](component, "resources"); given != nil {
		return given
	}
	amounts := map[string]any{}
	if cpu := dig[float64](component, "resource", "cpu"); cpu > 0 {
		amounts["cpu"] = strconv.FormatFloat(cpu, 'f', -1, 64)
	}
	if memory := dig[string](component, "resource", "memory"); memory != "" {
		amounts["memory"] = quantity(memory)
	}
	return map[string]any{"requests": amounts, "limits": amounts}
}

// quantity turns Flink's memory size into Kubernetes' quantity: units of Flink are of 1024 (facts §2.7).
func quantity(memory string) string {
	size := regexp.MustCompile(`^(\d+)\s*([bkmgt]?)`)
	units := regexp.MustCompile(`^\d+\s*(|b|bytes|k|kb|kibibytes|m|mb|mebibytes|g|gb|gibibytes|t|tb|tebibytes)$`)
	lower := strings.ToLower(strings.TrimSpace(memory))
	if !units.MatchString(lower) {
		return memory
	}
	parts := size.FindStringSubmatch(lower)
	return parts[1] + map[string]string{"k": "Ki", "m": "Mi", "g": "Gi", "t": "Ti"}[parts[2]]
}

// flinkRelease turns v1_20 into 1.20.
func flinkRelease(version string) string {
	return strings.ReplaceAll(strings.TrimPrefix(version, "v"), "_", ".")
}

// taskManagers is how many task managers a cluster has: taskManager.replicas, or as many as the parallelism needs with
// the slots (facts §1.1, rows taskManager.replicas and job.parallelism). A native session cluster starts with none.
func taskManagers(spec map[string]any) int {
	if replicas, set := dig[map[string]any](spec, "taskManager")["replicas"].(float64); set {
		return int(replicas)
	}
	slots, _ := strconv.Atoi(flat(spec["flinkConfiguration"])["taskmanager.numberOfTaskSlots"])
	slots = max(1, slots)
	return (int(dig[float64](spec, "job", "parallelism")) + slots - 1) / slots
}

// managerAvailable says whether the Deployment of the JobManager is available, or the plane has none.
func (f *FlinkOperator) managerAvailable(ctx context.Context, m objectMeta) bool {
	if !f.pods {
		return true
	}
	var d live[deploymentStatus]
	path := "/apis/apps/v1/namespaces/" + m.Namespace + "/deployments/" + m.Name
	return f.client.do(ctx, http.MethodGet, path, "", nil, &d) == nil && d.Status.Available > 0
}

// taskManagersRun says whether all task managers of an application run. In native mode, where Flink creates their pods
// (facts §1.1 row mode) as NAME-taskmanager-1-N, it creates those that are missing.
func (f *FlinkOperator) taskManagersRun(ctx context.Context, o *live[clusterStatus]) bool {
	if !f.pods || o.Kind == "FlinkSessionJob" {
		return true
	}
	spec := recall(o.Status.Reconciliation.LastReconciledSpec).Spec
	if o.Status.Reconciliation.State == stateRolledBack {
		spec = recall(o.Status.Reconciliation.LastStableSpec).Spec
	}
	var list struct {
		Items []live[podStatus] `json:"items"`
	}
	pods := "/api/v1/namespaces/" + o.Metadata.Namespace + "/pods"
	if f.client.do(ctx, http.MethodGet, pods+taskManagerQuery(o.Metadata, ""), "", nil, &list) != nil {
		return false
	}
	running, there := 0, map[string]bool{}
	for _, pod := range list.Items {
		there[pod.Metadata.Name] = true
		if dig[string](pod.Spec, "nodeSelector", noNode) != "" && !f.scriptOf(o.Metadata).is(Pending) {
			_ = f.client.do(ctx, http.MethodDelete, pods+"/"+pod.Metadata.Name+"?gracePeriodSeconds=0", "", nil, nil)
		}
		if pod.Status.Phase == "Running" {
			running++
		}
	}
	wanted := taskManagers(spec)
	for i := range wanted {
		name := fmt.Sprintf("%s-taskmanager-1-%d", o.Metadata.Name, i+1)
		if !there[name] && dig[string](spec, "mode") != "standalone" {
			f.createTaskManager(ctx, o, spec, name)
		}
	}
	return running >= wanted
}

// createTaskManager creates one pod. What forbids it, as a quota or a service account that is not there, may pass: it is
// tried again while the pod is missing.
func (f *FlinkOperator) createTaskManager(ctx context.Context, o *live[clusterStatus], spec map[string]any, name string) {
	metadata := f.owned(o, name, "taskmanager")
	metadata["labels"] = podLabels(spec, "taskmanager", metadata["labels"].(map[string]any))
	pod := f.podSpec(o.Metadata, spec, "taskmanager")
	pod["restartPolicy"] = "Never"
	_ = f.create(ctx, "/api/v1/namespaces/"+o.Metadata.Namespace+"/pods",
		map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod})
}

// taskManagerQuery selects the task managers of a cluster.
func taskManagerQuery(m objectMeta, more string) string {
	return "?labelSelector=" + url.QueryEscape("app="+m.Name+",component=taskmanager") + more
}

// scalePods gives the standalone Deployment of the task managers the replicas of the spec.
func (f *FlinkOperator) scalePods(ctx context.Context, o *live[clusterStatus]) error {
	if dig[string](o.Spec, "mode") != "standalone" {
		return nil
	}
	path := "/apis/apps/v1/namespaces/" + o.Metadata.Namespace + "/deployments/" + o.Metadata.Name + "-taskmanager"
	patch := map[string]any{"spec": map[string]any{"replicas": taskManagers(o.Spec)}}
	return f.client.do(ctx, http.MethodPatch, path, "application/merge-patch+json", patch, nil)
}

// removePods deletes what createPods and taskManagersRun created.
func (f *FlinkOperator) removePods(ctx context.Context, m objectMeta) error {
	apps, core := "/apis/apps/v1/namespaces/"+m.Namespace, "/api/v1/namespaces/"+m.Namespace
	for _, path := range []string{
		apps + "/deployments/" + m.Name + "?propagationPolicy=Background",
		apps + "/deployments/" + m.Name + "-taskmanager?propagationPolicy=Background",
		core + "/services/" + m.Name + "-rest",
		core + "/pods" + taskManagerQuery(m, "&gracePeriodSeconds=0"),
	} {
		err := f.client.do(ctx, http.MethodDelete, path, "", nil, nil)
		if err != nil && !answered(err, http.StatusNotFound) {
			return err
		}
	}
	return nil
}
