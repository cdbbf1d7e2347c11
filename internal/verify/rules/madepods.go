package rules

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// madePod is what the pod templates say of a role's pod, made whole as the
// operator and Flink make it: what they overwrite is left out, and what they
// always add goes before what the templates say, so that a clash is seen at the
// template.
//
// Sources: apache/flink 1.20, KubernetesUtils.loadPodFromTemplateFile, InitJobManagerDecorator,
// InitTaskManagerDecorator, FlinkConfMountDecorator, Constants.
type madePod struct {
	template corev1.PodTemplateSpec
	// deployment: the pods are those of a Deployment.
	deployment bool

	// containers gives the place of each container in the merged templates, -1
	// for the main one if none has it. The first volumes of the pod, and the
	// first ports and mounts of the main container, are Flink's.
	containers            []int
	main                  int
	volumes, ports, mount int
}

const (
	configVolume    = "flink-config-volume"
	configDirectory = "kubernetes.flink.conf.dir"
)

func makePod(c *model.Cluster, g pods.Group) madePod {
	standalone := c.Spec.Mode == "standalone"
	p := madePod{deployment: g.Role == pods.JobManager || standalone}
	spec := g.Merged
	if g.Role == pods.TaskManager && !standalone {
		spec.RestartPolicy = corev1.RestartPolicyNever
	}
	if spec.HostNetwork = g.Template.Spec.HostNetwork; spec.HostNetwork {
		spec.DNSPolicy = corev1.DNSClusterFirstWithHostNet
	}
	if g.Template.Spec.ServiceAccountName != spec.ServiceAccountName {
		spec.ServiceAccountName = ""
	}
	spec.Containers = p.flinkContainer(c, g)
	spec.Volumes = p.flinkVolumes(c, spec)
	p.template.Spec = spec
	p.template.Labels, p.template.Annotations = templateTexts(c, g)
	return p
}

// flinkContainer gives the containers of the templates with Flink's as it would
// be. Of several main containers the last counts, as for Flink.
func (p *madePod) flinkContainer(c *model.Cluster, g pods.Group) []corev1.Container {
	var out []corev1.Container
	last := -1
	for i, k := range g.Merged.Containers {
		if isMain(k) {
			last = i
		}
	}
	for i, k := range g.Merged.Containers {
		if i == last || !isMain(k) {
			p.containers, out = append(p.containers, i), append(out, k)
		}
	}
	if last < 0 {
		p.containers, out = append(p.containers, -1), append(out, corev1.Container{Name: pods.MainContainer})
	}
	p.main = slices.IndexFunc(out, isMain)
	made := g.Template.Spec.Containers[slices.IndexFunc(g.Template.Spec.Containers, isMain)]
	main := &out[p.main]
	main.Image = "flink"
	if c.Spec.ImagePullPolicy != "" || c.Config.Text("kubernetes.container.image.pull-policy") != "" {
		main.ImagePullPolicy = ""
	}
	main.Resources = ownResources(c, main.Resources, made.Resources)
	if !g.Template.Spec.HostNetwork {
		own := made.Ports[len(main.Ports):] // the templates' come first
		p.ports = len(own)
		main.Ports = append(slices.Clone(own), main.Ports...)
	}
	p.mount = 1
	place := c.Config.Text(configDirectory)
	if place == "" {
		place = "/opt/flink/conf"
	}
	main.VolumeMounts = append([]corev1.VolumeMount{{Name: configVolume, MountPath: place}}, main.VolumeMounts...)
	return out
}

// ownResources are those of the main container that only the templates set.
func ownResources(c *model.Cluster, merged, made corev1.ResourceRequirements) corev1.ResourceRequirements {
	written := func(name corev1.ResourceName) bool {
		if name == corev1.ResourceCPU || name == corev1.ResourceMemory || c.Resources != nil {
			return true
		}
		same := func(a, b corev1.ResourceList) bool { x, y := a[name], b[name]; return x.Cmp(y) == 0 }
		return !same(merged.Requests, made.Requests) || !same(merged.Limits, made.Limits)
	}
	left := func(l corev1.ResourceList) corev1.ResourceList {
		out := corev1.ResourceList{}
		for name, q := range l {
			if !written(name) {
				out[name] = q
			}
		}
		return out
	}
	merged.Requests, merged.Limits = left(merged.Requests), left(merged.Limits)
	return merged
}

// flinkVolumes puts the volume with Flink's configuration first, and then those
// that Flink, the operator or a key of the configuration may add and a
// container of the templates mounts.
func (p *madePod) flinkVolumes(c *model.Cluster, spec corev1.PodSpec) []corev1.Volume {
	out := []corev1.Volume{{Name: configVolume}}
	known := func(name string) bool {
		same := func(v corev1.Volume) bool { return v.Name == name }
		return slices.ContainsFunc(out, same) || slices.ContainsFunc(spec.Volumes, same)
	}
	for _, k := range append(slices.Clip(spec.Containers), spec.InitContainers...) {
		for _, m := range k.VolumeMounts {
			if flinkVolume(c, m.Name) && !known(m.Name) {
				out = append(out, corev1.Volume{Name: m.Name})
			}
		}
	}
	p.volumes = len(out)
	return append(out, spec.Volumes...)
}

// flinkVolume reports whether a volume of that name may come from Flink or the
// operator: Constants, MountSecretsDecorator and, of a newer Flink,
// PersistentVolumeClaimMountDecorator; UserLibMountDecorator of the operator.
func flinkVolume(c *model.Cluster, name string) bool {
	switch name {
	case "hadoop-config-volume", "kerberos-keytab-volume", "kerberos-krb5conf-volume", "pod-template-volume",
		"user-artifacts-volume", "user-lib-dir":
		return true
	}
	from := func(key, suffix string) bool {
		if !strings.HasSuffix(name, suffix) {
			return false
		}
		for set := range c.Config {
			if set == key || strings.HasPrefix(set, key+".") {
				return true
			}
		}
		return false
	}
	return from("kubernetes.secrets", "-volume") || from("kubernetes.persistent-volume-claims", "-pvc")
}

// templateTexts are the labels and annotations of the pod that come from its
// templates.
func templateTexts(c *model.Cluster, g pods.Group) (labels, annotations map[string]string) {
	labels, annotations = map[string]string{}, map[string]string{}
	for _, t := range templatesOf(c, g.Role) {
		for key, value := range t.template.Labels {
			if g.Template.Labels[key] == value {
				labels[key] = value
			}
		}
		for key, value := range t.template.Annotations {
			if g.Template.Annotations[key] == value {
				annotations[key] = value
			}
		}
	}
	return labels, annotations
}

// merged names a field of the pod as it is in the merged templates; ok is false
// for what comes from Flink.
func (p *madePod) merged(field []string) (out []string, ok bool) {
	out = slices.Clone(field)
	less := func(at, n int) bool {
		if len(out) <= at {
			return true
		}
		i, err := strconv.Atoi(out[at])
		out[at] = strconv.Itoa(i - n)
		return err == nil && i >= n
	}
	switch {
	case len(out) < 3 || out[0] != "spec":
		return out, true
	case out[1] == "volumes":
		return out, less(2, p.volumes)
	case out[1] != "containers":
		return out, true
	}
	i, err := strconv.Atoi(out[2])
	if err != nil || i >= len(p.containers) {
		return nil, false
	}
	out[2] = strconv.Itoa(p.containers[i])
	if p.containers[i] < 0 {
		return nil, false
	}
	if i != p.main || len(out) < 4 {
		return out, true
	}
	switch out[3] {
	case "ports":
		return out, less(4, p.ports)
	case "volumeMounts":
		return out, less(4, p.mount)
	default:
		return out, true
	}
}

// templateField finds where the pod templates of a role hold a field of the pod
// that is merged from them: in the template that has most of its path, the
// role's own before the common one.
func templateField(c *model.Cluster, g pods.Group, field []string) []string {
	templates := templatesOf(c, g.Role)
	spec, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&g.Merged)
	if err != nil {
		return templates[0].field
	}
	merged := any(map[string]any{"spec": spec})
	trees, paths := make([]any, len(templates)), make([][]string, len(templates))
	for i, t := range templates {
		tree, err := runtime.DefaultUnstructuredConverter.ToUnstructured(t.template)
		if err != nil {
			return t.field
		}
		trees[i] = tree
	}
	byName := c.Config.Bool(false, pods.MergeByName) && len(templates) > 1
	for _, step := range field {
		list := byName && !slices.ContainsFunc(trees, func(tree any) bool { return !allNamed(tree) })
		name := textAt(merged, step, "name")
		for i := range trees {
			key := step
			if list {
				key = strconv.Itoa(slices.IndexFunc(listAt(trees[i]), func(item any) bool { return textAt(item, "name") == name }))
			}
			if trees[i] = valueAt(trees[i], key); trees[i] != nil {
				paths[i] = append(paths[i], key)
			}
		}
		merged = valueAt(merged, step)
	}
	best := 0
	for i := range paths {
		if len(paths[i]) > len(paths[best]) {
			best = i
		}
	}
	out := fieldBelow(templates[best].field, paths[best]...)
	return append(out, field[len(paths[best]):]...)
}

// allNamed reports whether a value is a list whose items all have names.
func allNamed(v any) bool {
	list, ok := v.([]any)
	return ok && !slices.ContainsFunc(list, func(item any) bool { return textAt(item, "name") == "" })
}
