// Package pods tells which pods the operator, or in native mode Flink itself,
// makes from the spec of a FlinkDeployment: how many, how large, where they may
// run, and with which labels.
//
// Sources, where nothing else is said: flink-kubernetes-operator 1.15,
// FlinkConfigBuilder.java and FlinkUtils.java; apache/flink 1.20,
// InitJobManagerDecorator.java, InitTaskManagerDecorator.java and
// KubernetesUtils.java.
//
// It may import flink, aws, manifest and diag of this module.
package pods

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// MainContainer is the name of the container that Flink runs in.
const MainContainer = "flink-main-container"

// MergeByName is the key of the configuration that has the lists of pod templates
// merged by the names of their items, not by their places.
const MergeByName = "kubernetes.operator.pod-template.merge-arrays-by-name"

// HostNetwork is the key of the configuration that puts pods on the network of
// their node. What a pod template says about that is overwritten.
const HostNetwork = "kubernetes.hostnetwork.enabled"

// LogSidecar is the name that the sidecar of EMR's monitoringConfiguration has
// here. EMR's own name for it is not documented.
const LogSidecar = "emr-log-sidecar"

// Input is what the pods of one cluster are made from.
type Input struct {
	// Namespace and Name are those of the FlinkDeployment.
	Namespace, Name string
	Spec            *v1beta1.FlinkDeploymentSpec
	// Config is the effective configuration.
	Config flink.Config
	// EMR says that EMR's operator makes the pods.
	EMR bool
	// SessionJobs are the parallelisms of the jobs of a session cluster, each
	// of them at least 1.
	SessionJobs []int
}

// Role is what a pod is in its cluster; it is the pod's label component.
type Role string

// The two roles.
const (
	JobManager  Role = "jobmanager"
	TaskManager Role = "taskmanager"
)

// Group is the pods of one role, which are all alike.
type Group struct {
	Role Role
	// Template is the pod, with the labels that Flink sets and with the requests
	// and limits of its containers. What Flink adds that no rule can depend on
	// (its command, the volume with its configuration) is left out.
	Template corev1.PodTemplateSpec
	// Merged is what the pod templates alone say of the pod, with the main
	// container if one of them has it: Template without what the operator and
	// Flink add.
	Merged corev1.PodSpec
	Count  Count
	// Requests is the least that one pod asks of its node: what is not known is
	// not counted; see Unknown. Ceiling is the most: there a container that is
	// only known by its limits counts with them. Limits is the sum of the limits.
	Requests, Ceiling, Limits corev1.ResourceList
	// Unknown says in words what could not be told about the pods.
	Unknown []string
}

// Count is how many pods of a role there are.
type Count struct {
	// Start is the number with which the cluster starts, and for a session
	// cluster the number that its known jobs need together.
	Start int
	// Min and Max are the bounds within which the autoscaler, or a session
	// cluster by demand, moves it. Max means nothing if Unbounded is true.
	Min, Max  int
	Unbounded bool
}

// Set is the pods of one cluster.
type Set struct {
	Namespace, Name         string
	JobManager, TaskManager Group
	// Suspended says that job.state is suspended: there are no pods now.
	Suspended bool
}

// Groups returns the JobManagers and then the TaskManagers.
func (s Set) Groups() []Group { return []Group{s.JobManager, s.TaskManager} }

// Total adds up what the JobManagers and the TaskManagers ask for at the start,
// in the least; none if the job is suspended.
func (s Set) Total() corev1.ResourceList {
	if s.Suspended {
		return corev1.ResourceList{}
	}
	return Add(Times(s.JobManager.Requests, s.JobManager.Count.Start), Times(s.TaskManager.Requests, s.TaskManager.Count.Start))
}

// Make tells the pods. It takes any spec, a wrong one too: what cannot be read
// is left out and named in Unknown. Safe for concurrent use; in is not changed.
func Make(in Input) Set {
	s := Set{Namespace: in.Namespace, Name: in.Name}
	s.Suspended = in.Spec.Job != nil && in.Spec.Job.State == v1beta1.JobStateSuspended
	s.JobManager = in.group(JobManager)
	s.TaskManager = in.group(TaskManager)
	return s
}

// Labels are the labels of a pod by which Flink and its services select it.
func Labels(cluster string, role Role, standalone bool) map[string]string {
	kind := "flink-native-kubernetes"
	if standalone {
		kind = "flink-standalone-kubernetes"
	}
	return map[string]string{"app": cluster, "component": string(role), "type": kind}
}

func (in Input) standalone() bool { return in.Spec.Mode == v1beta1.ModeStandalone }

// group makes the pods of one role.
func (in Input) group(role Role) Group {
	g := Group{Role: role, Count: in.count(role)}
	g.Template = in.template(role, &g.Unknown)
	spec := &g.Template.Spec
	g.Merged = *spec
	g.Merged.Containers = slices.Clone(spec.Containers)
	main := in.mainContainer(role, spec, &g.Unknown)
	spec.Containers = append(spec.Containers, main)
	in.place(role, &g.Template)

	g.Requests = Requests(*spec)
	g.Ceiling = g.Requests
	if in.EMR && in.Spec.MonitoringConfiguration != nil {
		spec.Containers = append(spec.Containers, in.logSidecar(&g.Unknown))
		g.Ceiling = Requests(*spec)
	}
	g.Limits = Limits(*spec)
	return g
}

// place sets what says where the pod may run, who it is and how it is found.
func (in Input) place(role Role, t *corev1.PodTemplateSpec) {
	prefix := "kubernetes." + string(role) + "."
	t.Namespace = in.Namespace
	t.Labels = merged(t.Labels, configMap(in.Config, prefix+"labels"))
	t.Labels = merged(t.Labels, Labels(in.Name, role, in.standalone()))
	t.Annotations = merged(t.Annotations, configMap(in.Config, prefix+"annotations"))
	t.Spec.NodeSelector = merged(t.Spec.NodeSelector, configMap(in.Config, prefix+"node-selector"))
	t.Spec.Tolerations = append(t.Spec.Tolerations, tolerations(in.Config.Text(prefix+"tolerations"))...)
	for _, name := range list(in.Config.Text("kubernetes.container.image.pull-secrets")) {
		t.Spec.ImagePullSecrets = append(t.Spec.ImagePullSecrets, corev1.LocalObjectReference{Name: name})
	}
	t.Spec.HostNetwork = in.Config.Bool(false, HostNetwork) // a template does not count
	if account := in.serviceAccount(prefix); account != "" {
		t.Spec.ServiceAccountName = account
	}
	if role == TaskManager && !in.standalone() {
		t.Spec.RestartPolicy = corev1.RestartPolicyNever
	}
}

// serviceAccount gives the account that the configuration names, which goes
// before that of a pod template: the key of the role, and then
// spec.serviceAccount, which the operator writes over kubernetes.service-account.
// With EMR's executionRoleArn, EMR's operator makes the accounts.
func (in Input) serviceAccount(prefix string) string {
	if own := in.Config.Text(prefix + "service-account"); own != "" {
		return own
	}
	if in.Spec.ServiceAccount != "" {
		return in.Spec.ServiceAccount
	}
	return in.Config.Text("kubernetes.service-account")
}

// template merges the role's pod template over the common one and takes its
// main container out; see mainContainer.
func (in Input) template(role Role, unknown *[]string) corev1.PodTemplateSpec {
	own := in.ownTemplate(role)
	byName := in.Config.Bool(false, MergeByName)
	merged, err := merge(in.Spec.PodTemplate, own, byName)
	if err != nil {
		*unknown = append(*unknown, "the pod templates, which do not merge: "+err.Error())
		merged = &v1beta1.PodTemplate{}
	}
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: maps.Clone(merged.Labels), Annotations: maps.Clone(merged.Annotations)},
		Spec:       merged.Spec,
	}
}

func (in Input) ownTemplate(role Role) *v1beta1.PodTemplate {
	switch {
	case role == JobManager && in.Spec.JobManager != nil:
		return in.Spec.JobManager.PodTemplate
	case role == TaskManager && in.Spec.TaskManager != nil:
		return in.Spec.TaskManager.PodTemplate
	default:
		return nil
	}
}

func (in Input) resource(role Role) *v1beta1.Resource {
	switch {
	case role == JobManager && in.Spec.JobManager != nil:
		return in.Spec.JobManager.Resource
	case role == TaskManager && in.Spec.TaskManager != nil:
		return in.Spec.TaskManager.Resource
	default:
		return nil
	}
}

func merged(a, b map[string]string) map[string]string {
	if len(b) == 0 {
		return a
	}
	out := make(map[string]string, len(a)+len(b))
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}
