package importer

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/pods"
)

// view is what an object means, in a form in which two can be compared.
type view struct {
	labels, annotations object
	spec                object            // without what stands below
	config              map[string]string // of a Flink cluster or a session job
	pods                map[string]object // by role
}

// view is what an object means; e is its entry, nil for an object of a team.
func (d *Draft) view(o manifest.Object, e *entry) view {
	v := view{labels: object{}, annotations: object{}}
	for key, value := range dig(o.Data, "metadata", "labels") {
		privileged := strings.HasPrefix(key, podSecurityPrefix) && value == "privileged"
		if !privileged && !d.ignoredLabel(key, value) {
			v.labels[key] = value
		}
	}
	for key, value := range dig(o.Data, "metadata", "annotations") {
		regional := key == annotationRegional && value == "true"
		if !regional && !ignoredAnnotation(key) {
			v.annotations[key] = value
		}
	}
	switch o.Key().Kind {
	case "FlinkDeployment":
		d.clusterView(&v, dig(o.Data, "spec"), e)
	case "FlinkBlueGreenDeployment":
		d.clusterView(&v, dig(o.Data, "spec", "template", "spec"), e)
	case "FlinkSessionJob":
		v.config = flat(dig(o.Data, "spec", "flinkConfiguration"))
		v.spec = prunedMap(dig(o.Data, "spec"))
		delete(v.spec, "flinkConfiguration")
		jobDefaults(v.spec, v.config)
	case "FlinkStateSnapshot":
		v.spec = snapshotView(o)
	case "NodePool":
		v.spec = d.poolView(dig(o.Data, "spec"))
	case "EC2NodeClass":
		v.spec = nodeClassView(dig(o.Data, "spec"))
	default:
		v.spec = otherView(o)
	}
	return v
}

// otherView is all that stands beside the metadata of an object.
func otherView(o manifest.Object) object {
	out := cloneMap(o.Data)
	for _, key := range []string{"apiVersion", "kind", "metadata", "status"} {
		delete(out, key)
	}
	if o.Key().Kind == "Namespace" {
		delete(out, "spec") // finalizers, the server's own
	}
	return prunedMap(out)
}

// annotationRegional is on every service account that the values make for a role.
const annotationRegional = "eks.amazonaws.com/sts-regional-endpoints"

// jobDefaults fills in what the operator takes where a job says nothing (operator
// 1.15, JobSpec.java).
func jobDefaults(spec object, config map[string]string) {
	job := dig(spec, "job")
	if job == nil {
		return
	}
	for key, value := range map[string]any{"state": "running", "upgradeMode": "stateless"} {
		if job[key] == nil {
			job[key] = value
		}
	}
	if job["parallelism"] == nil && config["parallelism.default"] == "" {
		job["parallelism"] = int64(1)
	}
	if job["allowNonRestoredState"] == false {
		delete(job, "allowNonRestoredState")
	}
}

// clusterView is what a FlinkDeploymentSpec means.
func (d *Draft) clusterView(v *view, spec object, e *entry) {
	v.config = flat(dig(spec, "flinkConfiguration"))
	v.pods = d.podsOf(spec, v.config, e)
	out := prunedMap(cloneMap(spec))
	delete(out, "flinkConfiguration")
	delete(out, "podTemplate")
	for _, role := range roles() {
		remove(out, role, "podTemplate")
		if text, ok := scalar(get(out, role, "resource", "memory")); ok {
			if normal, err := flink.NormalizeMemory(text); err == nil {
				set(out, normal, role, "resource", "memory")
			}
		}
	}
	jobDefaults(out, v.config)
	if out["mode"] == "native" {
		delete(out, "mode")
	}
	alone := !d.emr || get(out, "jobManager", "highAvailabilityEnabled") == false
	if n, ok := number(get(out, "jobManager", "replicas")); ok && n == 1 && alone {
		remove(out, "jobManager", "replicas")
	}
	if d.emr {
		emrDefaults(out)
	}
	v.spec = out
}

// emrDefaults fills in what EMR's operator takes (EMR on EKS guide,
// jobruns-flink-using-ha), and writes a number as text.
func emrDefaults(spec object) {
	if get(spec, "jobManager", "highAvailabilityEnabled") == nil {
		set(spec, true, "jobManager", "highAvailabilityEnabled")
	}
	if get(spec, "jobManager", "highAvailabilityEnabled") == true && get(spec, "jobManager", "replicas") == nil {
		set(spec, int64(2), "jobManager", "replicas")
	}
	if text, ok := scalar(get(spec, "monitoringConfiguration", "containerLogRotationConfiguration", "maxFilesToKeep")); ok {
		set(spec, text, "monitoringConfiguration", "containerLogRotationConfiguration", "maxFilesToKeep")
	}
}

// podsOf are the pods of both roles as the operator makes them of the templates,
// with the pool in place of the labels that select it. Nil if the spec is no
// FlinkDeploymentSpec.
func (d *Draft) podsOf(spec object, config map[string]string, e *entry) map[string]object {
	data := cloneMap(spec)
	delete(data, "flinkConfiguration") // of any shape
	delete(data, "monitoringConfiguration")
	typed := new(v1beta1.FlinkDeploymentSpec)
	if runtime.DefaultUnstructuredConverter.FromUnstructured(data, typed) != nil {
		return nil
	}
	set := pods.Make(pods.Input{
		Namespace: e.id.Namespace, Name: e.id.Name, Spec: typed, EMR: d.emr,
		Config: flink.Config{}.Over(config, flink.FromResource),
	})
	out := map[string]object{}
	for role, group := range map[string]pods.Group{"jobManager": set.JobManager, "taskManager": set.TaskManager} {
		template := group.Template
		for i := range template.Spec.Tolerations {
			t := &template.Spec.Tolerations[i]
			t.Operator = cmp.Or(t.Operator, "Equal")
		}
		if pool := d.poolOf(template.Spec); pool != "" {
			selector, tolerations := d.unexplained(template.Spec, pool)
			selector["karpenter.sh/nodepool"] = pool
			data, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&template)
			if err != nil {
				return nil
			}
			remove(data, "spec", "tolerations")
			put(data, tolerations, "spec", "tolerations")
			remove(data, "spec", "nodeSelector")
			put(data, selector, "spec", "nodeSelector")
			out[role] = d.podView(data)
			continue
		}
		data, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&template)
		if err != nil {
			return nil
		}
		out[role] = d.podView(data)
	}
	return out
}

// podView leaves out what says nothing, and makes maps of the lists of named
// things, whose order does not count.
func (d *Draft) podView(template object) object {
	v1beta1.DropNulls(template)
	out := prunedMap(template)
	for key, value := range dig(out, "metadata", "labels") {
		if d.ignoredLabel(key, value) {
			remove(out, "metadata", "labels", key)
		}
	}
	spec := dig(out, "spec")
	for _, key := range []string{"containers", "initContainers"} {
		for _, c := range list(spec, key) {
			named(c, "env", "name")
			named(c, "volumeMounts", "mountPath")
			named(c, "ports", "name")
		}
	}
	named(spec, "volumes", "name")
	named(spec, "containers", "name")
	named(spec, "imagePullSecrets", "name")
	return out
}

// named makes a map of a list by a key of its items, if each has it once.
func named(o object, key, by string) {
	items := list(o, key)
	out := object{}
	for _, item := range items {
		name := textAt(item, by)
		if _, twice := out[name]; name == "" || twice {
			return
		}
		out[name] = item
	}
	if len(items) > 0 {
		o[key] = out
	}
}

func snapshotView(o manifest.Object) object {
	out := prunedMap(dig(o.Data, "spec"))
	if dig(o.Data, "spec", "checkpoint") != nil {
		out["checkpoint"] = object{"taken": true}
	}
	sp := dig(o.Data, "spec", "savepoint")
	if sp == nil {
		return out
	}
	// The defaults of the CRD (operator 1.15, SavepointSpec.java).
	for key, value := range map[string]any{"disposeOnDelete": true, "formatType": "CANONICAL", "alreadyExists": false} {
		if get(out, "savepoint", key) == nil {
			set(out, value, "savepoint", key)
		}
	}
	return out
}

// poolView is a NodePoolSpec with the defaults of its API, and requirements,
// taints and budgets in a form whose order does not count.
func (d *Draft) poolView(spec object) object {
	out := prunedMap(spec)
	for _, def := range []struct {
		value any
		path  []string
	}{
		{"WhenEmptyOrUnderutilized", []string{"disruption", "consolidationPolicy"}}, {"0s", []string{"disruption", "consolidateAfter"}},
		{[]any{object{"nodes": "10%"}}, []string{"disruption", "budgets"}}, {"720h", []string{"template", "spec", "expireAfter"}},
	} {
		if get(spec, def.path...) == nil {
			set(out, def.value, def.path...)
		}
	}
	if limits := textMap(dig(spec, "limits")); len(limits) > 0 {
		out["limits"] = limits
	}
	node := dig(out, "template", "spec")
	byKey := object{}
	for _, r := range list(node, "requirements") {
		key := textAt(r, "key")
		rest := cloneMap(r)
		delete(rest, "key")
		old, _ := byKey[key].([]any)
		byKey[key] = append(old, rest)
	}
	for key, rs := range byKey {
		if unlimiting(key, rs) {
			delete(byKey, key)
		}
	}
	delete(node, "requirements")
	put(node, byKey, "requirements")
	for _, key := range []string{"taints", "startupTaints"} {
		all := object{}
		for _, t := range list(node, key) {
			all[textAt(t, "key")+":"+textAt(t, "effect")] = t
		}
		delete(node, key)
		put(node, all, key)
	}
	return out
}

// unlimiting reports whether a requirement allows all that there is: linux is what
// the AMIs of these values are.
func unlimiting(key string, v any) bool {
	rs, _ := v.([]any)
	if len(rs) != 1 {
		return false
	}
	r, _ := rs[0].(object)
	if r["minValues"] != nil {
		return false
	}
	if r["operator"] == "Exists" {
		return slices.Contains([]string{labelCategory, labelGeneration, labelArch, labelCapacity, labelOS}, key)
	}
	values := slices.Sorted(slices.Values(texts(r["values"])))
	all := map[string][]string{
		labelArch: {"amd64", "arm64"}, labelCapacity: {"on-demand", "reserved", "spot"}, labelOS: {"linux"},
	}[key]
	return r["operator"] == "In" && len(all) > 0 && slices.Equal(values, all)
}

// nodeClassView is an EC2NodeClassSpec with the defaults of its API (Karpenter
// 1.14, metadataOptions).
func nodeClassView(spec object) object {
	out := prunedMap(spec)
	for key, value := range map[string]any{
		"httpEndpoint": "enabled", "httpProtocolIPv6": "disabled", "httpPutResponseHopLimit": int64(1), "httpTokens": "required",
	} {
		if get(spec, "metadataOptions", key) == nil {
			set(out, value, "metadataOptions", key)
		}
	}
	devices := object{}
	for _, device := range list(spec, "blockDeviceMappings") {
		devices[textAt(device, "deviceName")] = prunedMap(device)
	}
	delete(out, "blockDeviceMappings")
	put(out, devices, "blockDeviceMappings")
	return out
}
