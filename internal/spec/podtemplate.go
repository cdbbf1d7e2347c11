package spec

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

// mainContainer is the name by which Flink finds its own container in a pod
// template (Flink documentation, native Kubernetes, pod template).
const mainContainer = "flink-main-container"

// podTemplates returns the common, the JobManager's and the TaskManager's pod
// template, empty ones nil. What both share is in the first, so that one patch
// reaches both; placement and the TaskManager's local state are apart.
func (k *cluster) podTemplates() (common, jobManager, taskManager object, err error) {
	if common, err = mergePod(k.commonPod(), k.PodTemplate, "podTemplate"); err != nil {
		return nil, nil, nil, err
	}
	jm, tm := k.pools()
	jobManager = k.placedPod(jm, true, k.JobManager.Placement, common)
	jobManager, err = mergePod(jobManager, k.JobManager.PodTemplate, "jobManager", "podTemplate")
	if err != nil {
		return nil, nil, nil, err
	}
	taskManager = k.placedPod(tm, false, k.TaskManager.Placement, common)
	if k.hasLocalVolume() {
		if taskManager, err = mergePod(taskManager, k.localStatePod()); err != nil {
			return nil, nil, nil, err
		}
	}
	taskManager, err = mergePod(taskManager, k.TaskManager.PodTemplate, "taskManager", "podTemplate")
	return common, jobManager, taskManager, err
}

// mergeError says why the pod template at a path below the job cannot be
// merged; it shows none of it.
type mergeError struct {
	path   []string
	reason string
}

func (e mergeError) Error() string { return e.reason }

// mergePod lays one pod template over another as Kubernetes merges pods: lists
// by their merge keys (k8s.io/api/core/v1, patchMergeKey), null deletes. The
// error is a mergeError with the path that is given.
func mergePod(base, over object, path ...string) (merged object, err error) {
	if len(over) == 0 {
		return base, nil
	}
	if base == nil {
		base = object{}
	}
	defer func() {
		if recover() != nil { // the library takes shapes for granted that a user may get wrong
			merged, err = nil, mergeError{path, "it has not the shape of a pod"}
		}
	}()
	merged, err = strategicpatch.StrategicMergeMapPatch(base, over, corev1.Pod{})
	if err == nil {
		return merged, nil
	}
	if _, key, found := strings.Cut(err.Error(), "does not contain declared merge key: "); found {
		return nil, mergeError{path, fmt.Sprintf("an item of one of its lists has no %q, by which Kubernetes merges the list", key)}
	}
	return nil, mergeError{path, "it has not the shape of a pod"}
}

func (k *cluster) pools() (jobManager, taskManager string) {
	if k.NodePool == nil {
		return "", ""
	}
	return k.NodePool.JobManager, k.NodePool.TaskManager
}

func (k *cluster) commonPod() object {
	main := object{"name": mainContainer, "securityContext": object{
		"allowPrivilegeEscalation": false, "capabilities": object{"drop": []any{"ALL"}},
	}}
	put(main, "env", k.env())
	var volumes, mounts []any
	for _, name := range sortedKeys(k.Volumes) {
		v := k.Volumes[name]
		volume := maps.Clone(v.Source)
		volume["name"] = name
		volumes = append(volumes, volume)
		mount := object{"name": name, "mountPath": v.MountPath}
		put(mount, "subPath", v.SubPath)
		put(mount, "readOnly", v.ReadOnly)
		mounts = append(mounts, mount)
	}
	put(main, "volumeMounts", mounts)
	spec := object{"containers": []any{main}, "securityContext": k.podSecurityContext()}
	put(spec, "volumes", volumes)
	var secrets []any
	for _, name := range k.ImagePullSecrets {
		secrets = append(secrets, object{"name": name})
	}
	put(spec, "imagePullSecrets", secrets)
	k.addJars(spec, main)
	meta := object{"labels": k.platform.teamLabels(k.team)}
	put(meta, "annotations", k.undisturbed())
	k.addScheduler(meta, spec)
	return object{"metadata": meta, "spec": spec}
}

// undisturbed are the annotations that keep pods from being moved, if the job
// asks for it: Karpenter's, and the Cluster Autoscaler's on node groups
// (Karpenter 1.14, disruption, pod-level controls; Cluster Autoscaler FAQ, what
// types of pods can prevent CA from removing a node).
func (k *cluster) undisturbed() object {
	out := object{}
	if !k.DoNotDisrupt {
		return out
	}
	for _, pool := range k.poolNames() {
		if k.platform.NodeGroups[pool] != nil {
			out["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "false"
		} else {
			out["karpenter.sh/do-not-disrupt"] = "true"
		}
	}
	return out
}

// poolNames are the two pools of the cluster; "" where none is named.
func (k *cluster) poolNames() []string {
	jm, tm := k.pools()
	return []string{jm, tm}
}

// podSecurityContext passes the restricted level with Apache's image, whose
// user is 9999 (apache/flink-docker). EMR's image names its user, which
// runAsNonRoot cannot check, so there only what is safe with any user is set.
func (k *cluster) podSecurityContext() object {
	if k.emr {
		return object{"seccompProfile": object{"type": "RuntimeDefault"}}
	}
	return object{
		"runAsNonRoot": true, "runAsUser": int64(9999), "runAsGroup": int64(9999), "fsGroup": int64(9999),
		"seccompProfile": object{"type": "RuntimeDefault"},
	}
}

func (k *cluster) env() []any {
	env := override(k.connectorVariables(), k.Env)
	if plugin := k.s3PluginJar(); plugin != "" && env[envPlugins] == nil {
		env[envPlugins] = &EnvVar{Value: &plugin}
	}
	var out []any
	for _, name := range sortedKeys(env) {
		v, item := env[name], object{"name": name}
		switch {
		case v.Secret != "":
			item["valueFrom"] = object{"secretKeyRef": object{"name": v.Secret, "key": v.Key}}
		case v.ConfigMap != "":
			item["valueFrom"] = object{"configMapKeyRef": object{"name": v.ConfigMap, "key": v.Key}}
		case v.FieldPath != "":
			item["valueFrom"] = object{"fieldRef": object{"fieldPath": v.FieldPath}}
		default:
			item["value"] = *v.Value
		}
		out = append(out, item)
	}
	return out
}

// envPlugins lists plugin jars that the official image's entry point links into
// place; a jar that is not in the image stops the container
// (apache/flink-docker, docker-entrypoint.sh).
const envPlugins = "ENABLE_BUILT_IN_PLUGINS"

// s3PluginJar is the file name of the S3 plugin, or "" where none is switched
// on by us.
func (k *cluster) s3PluginJar() string {
	version := k.s3PluginVersion()
	if k.emr || k.S3.Plugin == "none" || version == "" {
		return ""
	}
	return "flink-s3-fs-" + k.S3.Plugin + "-" + version + ".jar"
}

// placedPod is the part of a pod template that says on which nodes it runs.
// The operator merges lists of the common template by position, so tolerations
// and spread constraints that stand there are repeated in front. Steady pods are
// kept off Spot where the pool has a fallback.
func (k *cluster) placedPod(pool string, steady bool, own Placement, common object) object {
	selector, tolerations := k.platform.placement(pool, steady)
	spec := object{}
	put(spec, "nodeSelector", anyMap(override(selector, own.NodeSelector)))
	prepend := func(key string, list []any) {
		if len(list) > 0 {
			shared, _ := dig(common, "spec")[key].([]any)
			spec[key] = slices.Concat(shared, list)
		}
	}
	prepend("tolerations", slices.Concat(tolerations, own.Tolerations))
	prepend("topologySpreadConstraints", own.TopologySpreadConstraints)
	if len(spec) == 0 {
		return nil
	}
	return object{"spec": spec}
}

// localStatePod mounts the volume for RocksDB's files and local copies.
func (k *cluster) localStatePod() object {
	volume := object{}
	put(volume, "sizeLimit", k.StateBackend.LocalSize)
	return object{"spec": object{
		"containers": []any{object{
			"name": mainContainer, "volumeMounts": []any{object{"name": localStateName, "mountPath": localStatePath}},
		}},
		"volumes": []any{object{"name": localStateName, "emptyDir": volume}},
	}}
}

// sharesLists reports whether a pod template holds a list of named things that
// the common one holds too: then the operator must merge by name.
func sharesLists(common, own object) bool {
	for _, key := range []string{"containers", "initContainers", "volumes", "imagePullSecrets"} {
		if dig(common, "spec")[key] != nil && dig(own, "spec")[key] != nil {
			return true
		}
	}
	return false
}

// s3PluginVersion is the exact Flink version of the image.
func (k *cluster) s3PluginVersion() string {
	if k.S3.Version != "" {
		return k.S3.Version
	}
	return imagePatch(k.image)
}

// pythonFile is where a program of the image or one that EMR downloads lies.
func pythonFile(script string) string {
	if strings.HasPrefix(script, "s3://") {
		return "/opt/flink/usrlib/" + path.Base(script)
	}
	return strings.TrimPrefix(script, "local://")
}
