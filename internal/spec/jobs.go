package spec

import (
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

// jobsValues are the values of the chart flink-jobs.
func (p *Platform) jobsValues() (object, error) {
	deployments, storage, ingresses, routes := object{}, object{}, object{}, object{}
	add := func(k *cluster, id string, spec object, err error) error {
		if err != nil {
			return fmt.Errorf("%s: %w", strings.Join(k.path, "."), err)
		}
		deployments[id] = k.entry(spec)
		k.webRoutes(ingresses, routes)
		if k.StateBackend.LocalRecovery == "ebs" {
			storage[ebsStorageClass] = ebsClass()
		}
		return nil
	}
	for _, key := range sortedKeys(p.Jobs) {
		j := p.Jobs[key]
		k := p.jobCluster("jobs", key, j)
		spec, err := k.application(j)
		if err := add(k, k.team.Namespace+"/"+k.name, spec, err); err != nil {
			return nil, err
		}
	}
	for _, key := range sortedKeys(p.SessionClusters) {
		k := p.sessionCluster(key)
		spec, err := k.deployment(k.clusterConfig(), p.SessionClusters[key].RestartNonce)
		if err := add(k, k.team.Namespace+"/"+k.name, spec, err); err != nil {
			return nil, err
		}
	}
	blueGreen, err := p.blueGreenValues(storage)
	if err != nil {
		return nil, err
	}
	out := object{
		"commonLabels": p.commonLabels(), "deployments": deployments, "blueGreenDeployments": blueGreen,
		"sessionJobs": p.sessionJobValues(), "snapshots": p.snapshotValues(), "storageClasses": storage,
	}
	put(out, "ingresses", ingresses)
	put(out, "httpRoutes", routes)
	return out, nil
}

// ebsClass is the class that EMR's local recovery asks for by its fixed name
// (EMR on EKS guide, jobruns-flink-restart).
func ebsClass() object {
	return object{
		"provisioner": "ebs.csi.aws.com", "parameters": object{"type": "gp3", "encrypted": "true"},
		"volumeBindingMode": "WaitForFirstConsumer", "reclaimPolicy": "Delete", "allowVolumeExpansion": true,
	}
}

func (p *Platform) jobCluster(section, key string, j *Job) *cluster {
	k := p.cluster([]string{section, key}, or(j.Name, key), j.Team, &j.Common)
	k.batch = j.RuntimeMode == "batch"
	return k
}

func (p *Platform) sessionCluster(key string) *cluster {
	c := p.SessionClusters[key]
	return p.cluster([]string{"sessionClusters", key}, or(c.Name, key), c.Team, &c.Common)
}

// entry is a value of the chart: metadata and the spec.
func (k *cluster) entry(spec object) object {
	out := object{"name": k.name, "namespace": k.team.Namespace, "spec": spec}
	out["labels"] = override(k.platform.teamLabels(k.team), anyMap(k.Labels))
	put(out, "annotations", anyMap(k.Annotations))
	return out
}

// application is the spec of a FlinkDeployment with a job.
func (k *cluster) application(j *Job) (object, error) {
	c := k.clusterConfig()
	k.jobConfig(c, &j.JobSettings)
	spec, err := k.deploymentSpec(c, j.RestartNonce)
	if err != nil {
		return nil, err
	}
	spec["job"] = k.job(j)
	return k.finished(spec)
}

// deployment is the spec of a session cluster.
func (k *cluster) deployment(c config, nonce *int64) (object, error) {
	spec, err := k.deploymentSpec(c, nonce)
	if err != nil {
		return nil, err
	}
	return k.finished(spec)
}

// finished lays `spec` over a derived one, and adds what is sized from the whole.
func (k *cluster) finished(spec object) (object, error) {
	out, err := mergeDeployment(spec, k.Spec)
	if err != nil {
		return nil, err
	}
	return out, k.addGang(out)
}

// mergeDeployment lays `spec`, the last word, over a FlinkDeploymentSpec; pod
// templates merge as Kubernetes merges them.
func mergeDeployment(spec, over object) (object, error) {
	out := mergeSpec(spec, over)
	for _, path := range [][]string{{"podTemplate"}, {"jobManager", "podTemplate"}, {"taskManager", "podTemplate"}} {
		parent := path[:len(path)-1]
		over, _ := dig(over, parent...)["podTemplate"].(object)
		if len(over) == 0 {
			continue
		}
		base, _ := dig(spec, parent...)["podTemplate"].(object)
		merged, err := mergePod(base, over, append([]string{"spec"}, path...)...)
		if err != nil {
			return nil, fmt.Errorf("spec.%s: %w", strings.Join(path, "."), err)
		}
		dig(out, parent...)["podTemplate"] = merged
	}
	return out, nil
}

// deploymentSpec is a FlinkDeploymentSpec without a job.
func (k *cluster) deploymentSpec(c config, nonce *int64) (object, error) {
	common, jm, tm, err := k.podTemplates()
	if err != nil {
		return nil, err
	}
	if sharesLists(common, jm) || sharesLists(common, tm) {
		c.flag(keyMergeByName, true)
	}
	jobManager := object{"resource": resourceOf(k.JobManager.CPU, k.JobManager.Memory, k.JobManager.EphemeralStorage)}
	put(jobManager, "replicas", k.jobManagerReplicas())
	put(jobManager, "podTemplate", jm)
	taskManager := object{"resource": resourceOf(k.TaskManager.CPU, k.TaskManager.Memory,
		or(k.TaskManager.EphemeralStorage, k.localDiskSize()))}
	put(taskManager, "replicas", k.TaskManager.Replicas)
	put(taskManager, "podTemplate", tm)

	spec := object{
		"flinkConfiguration": anyMap(c.apply(k.FlinkConfig)),
		"podTemplate":        common, "jobManager": jobManager, "taskManager": taskManager,
	}
	put(spec, "image", k.image)
	put(spec, "imagePullPolicy", k.ImagePullPolicy)
	put(spec, "serviceAccount", k.serviceAccount())
	put(spec, "logConfiguration", anyMap(k.Logging))
	if k.path[0] != "blueGreen" { // whose own ingress follows the colour
		put(spec, "ingress", k.operatorIngress())
	}
	if !k.version.IsZero() {
		spec["flinkVersion"] = k.version.String()
	}
	if k.Mode != "native" {
		spec["mode"] = k.Mode
	}
	if nonce != nil {
		spec["restartNonce"] = *nonce
	}
	if k.emr {
		k.emrFields(spec, jobManager)
	}
	return spec, nil
}

// logSpace is what a TaskManager gets beside its local volume: the kubelet
// counts both against one limit, and evicts a pod that is over it.
const logSpace = "2Gi"

// localDiskSize is the ephemeral storage that the local volume and the logs
// need.
func (k *cluster) localDiskSize() string {
	if !k.hasLocalVolume() || k.StateBackend.LocalSize == "" {
		return ""
	}
	size, err := quantity.Parse(k.StateBackend.LocalSize)
	if err != nil {
		return k.StateBackend.LocalSize
	}
	size.Add(resource.MustParse(logSpace))
	return size.String()
}

// resourceOf is Flink's own resource form: CPUs as a number, memory in
// mebibytes as Flink writes it, since operators differ on "2Gi" and Kubernetes
// reads "2048m" as millibytes.
func resourceOf(cpu, memory, disk string) object {
	out := object{}
	if q, err := quantity.Parse(cpu); err == nil {
		out["cpu"] = q.AsApproximateFloat64()
	}
	if m, err := flink.NormalizeMemory(memory); err == nil {
		out["memory"] = m
	} else {
		out["memory"] = memory
	}
	put(out, "ephemeralStorage", disk)
	return out
}

// emrFields sets the fields that only EMR's operator knows (EMR on EKS guide,
// jobruns-flink-kubernetes-operator-run-application, jobruns-flink-using-ha).
func (k *cluster) emrFields(spec, jobManager object) {
	put(spec, "emrReleaseLabel", k.EMRReleaseLabel)
	if k.serviceAccount() == "" {
		put(spec, "executionRoleArn", k.platform.arn(k.role()))
	}
	jobManager["highAvailabilityEnabled"] = k.HighAvailability.Enabled
	if k.HighAvailability.Enabled {
		put(jobManager, "storageDir", k.haDir())
	}
	put(spec, "monitoringConfiguration", k.monitoring())
}

// monitoring is EMR's log collection (EMR on EKS guide,
// jobruns-flink-monitoring-configuration). logUri is written as the blueprint
// writes it, bucket and prefix without a scheme, and maxFilesToKeep as text:
// EMR's own form of both is unconfirmed.
func (k *cluster) monitoring() object {
	m := k.Monitoring
	if m.S3 == nil && m.CloudWatch == nil {
		return nil
	}
	out := object{}
	put(out, "image", m.Image)
	if m.S3 != nil {
		bucket := or(m.S3.Bucket, k.storage().Bucket)
		out["s3MonitoringConfiguration"] = object{"logUri": bucket + "/" + m.S3.Prefix + k.team.Key}
	}
	if m.CloudWatch != nil {
		cw := object{"logGroupName": m.CloudWatch.LogGroup}
		put(cw, "logStreamNamePrefix", m.CloudWatch.StreamPrefix)
		out["cloudWatchMonitoringConfiguration"] = cw
	}
	if m.Sidecar != nil {
		out["sideCarResources"] = object{"limits": object{"cpuLimit": m.Sidecar.CPU, "memoryLimit": m.Sidecar.Memory}}
	}
	if m.LogRotation != nil {
		out["containerLogRotationConfiguration"] = object{
			"rotationSize": m.LogRotation.Size, "maxFilesToKeep": strconv.Itoa(m.LogRotation.Keep),
		}
	}
	return out
}
