package rules

import (
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// mainContainer is the container that Flink runs in (Flink documentation,
// native Kubernetes, pod template).
const mainContainer = "flink-main-container"

// templatePod is what the pod templates say about the JobManager or the
// TaskManagers: the component's own laid over the common one, as far as the
// rules here look at it.
type templatePod struct {
	// Name is JobManager or TaskManager.
	Name        string
	Annotations map[string]string
	// Spec always has the main container.
	Spec corev1.PodSpec

	common, own     *v1beta1.PodTemplate
	commonAt, ownAt []string
	byName          bool
}

// templatePods gives the JobManager's and the TaskManager's.
func templatePods(c *model.Cluster) [2]templatePod {
	var tm *v1beta1.PodTemplate
	if c.Spec.TaskManager != nil {
		tm = c.Spec.TaskManager.PodTemplate
	}
	return [2]templatePod{jobManagerPod(c), newTemplatePod(c, "TaskManager", tm, "taskManager")}
}

// jobManagerPod gives the JobManager's.
func jobManagerPod(c *model.Cluster) templatePod {
	var jm *v1beta1.PodTemplate
	if c.Spec.JobManager != nil {
		jm = c.Spec.JobManager.PodTemplate
	}
	return newTemplatePod(c, "JobManager", jm, "jobManager")
}

func newTemplatePod(c *model.Cluster, name string, own *v1beta1.PodTemplate, at string) templatePod {
	p := templatePod{
		Name: name, common: c.Spec.PodTemplate, own: own,
		commonAt: c.Field("podTemplate"), ownAt: c.Field(at, "podTemplate"),
		byName: c.Config.Bool(false, "kubernetes.operator.pod-template.merge-arrays-by-name"),
	}
	if p.common == nil {
		p.common = &v1beta1.PodTemplate{}
	}
	if p.own == nil {
		p.own, p.ownAt = &v1beta1.PodTemplate{}, p.commonAt
	}
	p.Annotations = layered(p.common.Annotations, p.own.Annotations)
	p.Spec = p.merged()
	return p
}

func (p templatePod) merged() corev1.PodSpec {
	a, b := p.common.Spec, p.own.Spec
	out := a
	out.NodeSelector = layered(a.NodeSelector, b.NodeSelector)
	out.HostNetwork, out.HostPID, out.HostIPC = a.HostNetwork || b.HostNetwork, a.HostPID || b.HostPID, a.HostIPC || b.HostIPC
	if b.Affinity != nil {
		out.Affinity = b.Affinity
	}
	out.SecurityContext = podSecurityOver(a.SecurityContext, b.SecurityContext)
	out.Containers = mergedList(a.Containers, b.Containers, p.byName, containerName, containerOver)
	out.InitContainers = mergedList(a.InitContainers, b.InitContainers, p.byName, containerName, containerOver)
	out.Volumes = mergedList(a.Volumes, b.Volumes, p.byName, func(v corev1.Volume) string { return v.Name }, lastOf)
	out.Tolerations = mergedList(a.Tolerations, b.Tolerations, false, nil, lastOf)
	for _, c := range out.Containers {
		if c.Name == mainContainer {
			return out
		}
	}
	out.Containers = append(out.Containers, corev1.Container{Name: mainContainer})
	return out
}

// main is the main container.
func (p templatePod) main() corev1.Container {
	for _, c := range p.Spec.Containers {
		if c.Name == mainContainer {
			return c
		}
	}
	return corev1.Container{}
}

// containers lists the init containers, and then the others.
func (p templatePod) containers() []corev1.Container {
	return append(slices.Clip(p.Spec.InitContainers), p.Spec.Containers...)
}

// at names a field of the pod's spec: in the component's own template if has
// says that it is set there, or else in the common one.
func (p templatePod) at(has func(corev1.PodSpec) bool, field ...string) []string {
	if has(p.own.Spec) {
		return fieldBelow(p.ownAt, append([]string{"spec"}, field...)...)
	}
	return fieldBelow(p.commonAt, append([]string{"spec"}, field...)...)
}

// inContainer names a field of the container of that name for which has is
// true, in the component's own template if it is there, or else in the common
// one. Merging by position finds the container by its place.
func (p templatePod) inContainer(name string, has func(corev1.Container) bool, field ...string) []string {
	place := -1
	for i, c := range p.Spec.Containers {
		if c.Name == name {
			place = i
		}
	}
	for _, t := range []struct {
		at   []string
		spec corev1.PodSpec
	}{{p.ownAt, p.own.Spec}, {p.commonAt, p.common.Spec}} {
		for _, list := range []struct {
			key        string
			containers []corev1.Container
		}{{"containers", t.spec.Containers}, {"initContainers", t.spec.InitContainers}} {
			for i, c := range list.containers {
				same := c.Name == name || c.Name == "" && !p.byName && i == place
				if same && has(c) {
					return fieldBelow(t.at, append([]string{"spec", list.key, strconv.Itoa(i)}, field...)...)
				}
			}
		}
	}
	return fieldBelow(p.commonAt, "spec")
}

// mergedList merges two lists as the operator does: by position, or by name
// (kubernetes.operator.pod-template.merge-arrays-by-name).
func mergedList[T any](a, b []T, byName bool, name func(T) string, merge func(a, b T) T) []T {
	out := append([]T(nil), a...)
	for i, item := range b {
		at := i
		if byName {
			at = len(out)
			for j, other := range out {
				if name(other) == name(item) {
					at = j
				}
			}
		}
		if at < len(out) {
			out[at] = merge(out[at], item)
		} else {
			out = append(out, item)
		}
	}
	return out
}

func lastOf[T any](_, b T) T { return b }

func containerName(c corev1.Container) string { return c.Name }

func containerOver(a, b corev1.Container) corev1.Container {
	out := a
	if b.Name != "" {
		out.Name = b.Name
	}
	if len(b.Command) > 0 {
		out.Command = b.Command
	}
	if len(b.Args) > 0 {
		out.Args = b.Args
	}
	if b.Image != "" {
		out.Image = b.Image
	}
	out.SecurityContext = securityOver(a.SecurityContext, b.SecurityContext)
	out.EnvFrom = append(append([]corev1.EnvFromSource(nil), a.EnvFrom...), b.EnvFrom...)
	out.Env = mergedList(a.Env, b.Env, true, func(e corev1.EnvVar) string { return e.Name }, lastOf)
	mountPath := func(m corev1.VolumeMount) string { return m.MountPath }
	out.VolumeMounts = mergedList(a.VolumeMounts, b.VolumeMounts, true, mountPath, lastOf)
	out.Ports = append(append([]corev1.ContainerPort(nil), a.Ports...), b.Ports...)
	out.Resources.Limits = layered(a.Resources.Limits, b.Resources.Limits)
	out.Resources.Requests = layered(a.Resources.Requests, b.Resources.Requests)
	return out
}

func securityOver(a, b *corev1.SecurityContext) *corev1.SecurityContext {
	if a == nil || b == nil {
		return firstOf(b, a)
	}
	out := *a
	out.Privileged = firstOf(b.Privileged, a.Privileged)
	out.AllowPrivilegeEscalation = firstOf(b.AllowPrivilegeEscalation, a.AllowPrivilegeEscalation)
	out.Capabilities = firstOf(b.Capabilities, a.Capabilities)
	out.RunAsNonRoot = firstOf(b.RunAsNonRoot, a.RunAsNonRoot)
	out.RunAsUser = firstOf(b.RunAsUser, a.RunAsUser)
	out.SeccompProfile = firstOf(b.SeccompProfile, a.SeccompProfile)
	out.ProcMount = firstOf(b.ProcMount, a.ProcMount)
	return &out
}

func podSecurityOver(a, b *corev1.PodSecurityContext) *corev1.PodSecurityContext {
	if a == nil || b == nil {
		return firstOf(b, a)
	}
	return &corev1.PodSecurityContext{
		RunAsNonRoot:   firstOf(b.RunAsNonRoot, a.RunAsNonRoot),
		RunAsUser:      firstOf(b.RunAsUser, a.RunAsUser),
		SeccompProfile: firstOf(b.SeccompProfile, a.SeccompProfile),
	}
}

func firstOf[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

func layered[K comparable, V any, M ~map[K]V](a, b M) M {
	if len(b) == 0 {
		return a
	}
	out := make(M, len(a)+len(b))
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

func fieldBelow(path []string, more ...string) []string {
	return append(slices.Clip(path), more...)
}
