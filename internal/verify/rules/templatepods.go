package rules

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// templatePod is the pod of the JobManager or of the TaskManagers, with where its
// pod templates say what.
type templatePod struct {
	// Name is JobManager or TaskManager.
	Name        string
	Annotations map[string]string
	// Pod is the whole pod, and Spec what the pod templates say of it. Both have
	// the main container.
	Pod, Spec corev1.PodSpec

	cluster   *model.Cluster
	role      pods.Role
	templates []placedTemplate
	byName    bool
}

// templatePods gives the JobManager's and the TaskManager's.
func templatePods(c *model.Cluster) [2]templatePod {
	return [2]templatePod{jobManagerPod(c), newTemplatePod(c, c.Pods().TaskManager)}
}

// jobManagerPod gives the JobManager's.
func jobManagerPod(c *model.Cluster) templatePod { return newTemplatePod(c, c.Pods().JobManager) }

func newTemplatePod(c *model.Cluster, g pods.Group) templatePod {
	p := templatePod{
		Name: roleName(g.Role), Annotations: g.Template.Annotations, Pod: g.Template.Spec, Spec: g.Merged,
		cluster: c, role: g.Role, templates: templatesOf(c, g.Role),
		byName: c.Config.Bool(false, pods.MergeByName),
	}
	if !slices.ContainsFunc(p.Spec.Containers, isMain) {
		p.Spec.Containers = append(slices.Clip(p.Spec.Containers), corev1.Container{Name: pods.MainContainer})
	}
	return p
}

func isMain(c corev1.Container) bool { return c.Name == pods.MainContainer }

// main is the main container of the whole pod.
func (p templatePod) main() corev1.Container {
	return p.Pod.Containers[slices.IndexFunc(p.Pod.Containers, isMain)]
}

// containers lists the init containers of the templates, and then the others.
func (p templatePod) containers() []corev1.Container {
	return append(slices.Clip(p.Spec.InitContainers), p.Spec.Containers...)
}

// at names a field of the pod's spec: in the first of the templates, the role's
// own before the common one, of which has says that it is set there, or else in
// the common one.
func (p templatePod) at(has func(corev1.PodSpec) bool, field ...string) []string {
	at := p.cluster.Field("podTemplate")
	for _, t := range slices.Backward(p.templates) {
		if has(t.template.Spec) {
			at = t.field
		}
	}
	return fieldBelow(at, append([]string{"spec"}, field...)...)
}

// inContainer names a field of the container of that name for which has is
// true, in the role's own template if it is there, or else in the common one.
// Merging by position finds the container by its place.
func (p templatePod) inContainer(name string, has func(corev1.Container) bool, field ...string) []string {
	place := slices.IndexFunc(p.Spec.Containers, func(c corev1.Container) bool { return c.Name == name })
	for _, t := range p.templates {
		for _, list := range []struct {
			key        string
			containers []corev1.Container
		}{{"containers", t.template.Spec.Containers}, {"initContainers", t.template.Spec.InitContainers}} {
			for i, c := range list.containers {
				same := c.Name == name || c.Name == "" && !p.byName && i == place
				if same && has(c) {
					return fieldBelow(t.field, append([]string{"spec", list.key, strconv.Itoa(i)}, field...)...)
				}
			}
		}
	}
	return p.cluster.Field("podTemplate", "spec")
}

// envField names the field that sets a variable of the main container: a key of
// the configuration, which comes last, or the list of a pod template.
func (p templatePod) envField(name string) []string {
	if key := pods.EnvPrefix(p.role) + name; p.cluster.Own[key] != "" {
		return p.cluster.Setting(key)
	}
	return p.inContainer(pods.MainContainer, func(k corev1.Container) bool {
		return slices.ContainsFunc(k.Env, func(e corev1.EnvVar) bool { return e.Name == name })
	}, "env")
}

func firstOf[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

func fieldBelow(path []string, more ...string) []string {
	return append(slices.Clip(path), more...)
}
