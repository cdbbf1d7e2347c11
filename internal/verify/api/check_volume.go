package api

import (
	"math"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// volumes checks the volumes of a pod and returns those that may be mounted:
// as on the server, none of those that are wrong.
func (c *check) volumes(p *field.Path, volumes []corev1.Volume) map[string]corev1.VolumeSource {
	names, sound := map[string]bool{}, map[string]corev1.VolumeSource{}
	for i := range volumes {
		v, at, before := &volumes[i], p.Index(i), len(c.errs)
		if v.Name == "" {
			c.must(false, at.Child("name"), "")
		} else {
			c.label(at.Child("name"), v.Name)
		}
		c.unique(at.Child("name"), v.Name, names)
		c.source(at, &v.VolumeSource)
		if len(c.errs) == before {
			sound[v.Name] = v.VolumeSource
		}
	}
	return sound
}

// source checks what a volume is made of; nothing stands for an emptyDir. Of the kinds that a cloud or a storage
// system brings, only CSI is looked into.
func (c *check) source(p *field.Path, s *corev1.VolumeSource) {
	kinds := 0
	for _, f := range reflect.ValueOf(*s).Fields() {
		if !f.IsNil() {
			kinds++
		}
	}
	c.forbid(kinds > 1, p, "may not specify more than 1 volume type")
	if e := s.EmptyDir; e != nil && e.SizeLimit != nil {
		c.forbid(e.SizeLimit.Sign() < 0, p.Child("emptyDir", "sizeLimit"), "SizeLimit field must be a valid resource quantity")
	}
	if h := s.HostPath; h != nil {
		c.must(h.Path != "", p.Child("hostPath", "path"), "")
		c.forward(p.Child("hostPath", "path"), h.Path)
		oneOfPtr(c, p.Child("hostPath", "type"), h.Type, corev1.HostPathUnset, corev1.HostPathBlockDev, corev1.HostPathCharDev,
			corev1.HostPathDirectory, corev1.HostPathDirectoryOrCreate, corev1.HostPathFile,
			corev1.HostPathFileOrCreate, corev1.HostPathSocket)
	}
	if v := s.Secret; v != nil {
		c.must(v.SecretName != "", p.Child("secret", "secretName"), "")
		c.mode(p.Child("secret", "defaultMode"), v.DefaultMode)
		c.items(p.Child("secret", "items"), v.Items, nil)
	}
	if v := s.ConfigMap; v != nil {
		c.must(v.Name != "", p.Child("configMap", "name"), "")
		c.mode(p.Child("configMap", "defaultMode"), v.DefaultMode)
		c.items(p.Child("configMap", "items"), v.Items, nil)
	}
	if v := s.PersistentVolumeClaim; v != nil {
		c.must(v.ClaimName != "", p.Child("persistentVolumeClaim", "claimName"), "")
	}
	if v := s.DownwardAPI; v != nil {
		c.mode(p.Child("downwardAPI", "defaultMode"), v.DefaultMode)
		c.downward(p.Child("downwardAPI", "items"), v.Items, nil)
	}
	if v := s.Projected; v != nil {
		c.mode(p.Child("projected", "defaultMode"), v.DefaultMode)
		c.projected(p.Child("projected", "sources"), v.Sources)
	}
	if v := s.NFS; v != nil {
		c.must(v.Server != "", p.Child("nfs", "server"), "")
		c.must(v.Path != "", p.Child("nfs", "path"), "")
		c.valid(v.Path == "" || strings.HasPrefix(v.Path, "/"), p.Child("nfs", "path"), v.Path, "must be an absolute path")
	}
	c.driver(p, s)
}

// driver checks the volumes that a driver makes.
func (c *check) driver(p *field.Path, s *corev1.VolumeSource) {
	if v := s.CSI; v != nil {
		at := p.Child("csi", "driver")
		c.must(v.Driver != "", at, "")
		c.valid(len(v.Driver) <= 63, at, v.Driver, "must be no more than 63 characters")
		c.words(at, v.Driver, validation.IsDNS1123Subdomain(strings.ToLower(v.Driver)))
		if v.NodePublishSecretRef != nil {
			c.reference(p.Child("csi", "nodePublishSecretRef", "name"), v.NodePublishSecretRef.Name)
		}
	}
	if v := s.Ephemeral; v != nil {
		at := p.Child("ephemeral", "volumeClaimTemplate")
		c.must(v.VolumeClaimTemplate != nil, at, "")
		if t := v.VolumeClaimTemplate; t != nil {
			c.labels(at.Child("metadata", "labels"), t.Labels)
			c.add(apivalidation.ValidateAnnotations(t.Annotations, at.Child("metadata", "annotations"))...)
			c.claim(at.Child("spec"), &t.Spec)
		}
	}
	if v := s.Image; v != nil {
		c.must(v.Reference != "", p.Child("image", "reference"), "")
		oneOf(c, p.Child("image", "pullPolicy"), v.PullPolicy, corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever)
	}
}

// items checks which keys become which files. Within a projected volume, where
// paths is not nil, two may not be the same.
func (c *check) items(p *field.Path, items []corev1.KeyToPath, paths map[string]bool) {
	for i, item := range items {
		at := p.Index(i)
		c.must(item.Key != "", at.Child("key"), "")
		c.inVolume(at.Child("path"), item.Path)
		c.once(at.Child("path"), item.Path, paths)
		c.mode(at.Child("mode"), item.Mode)
	}
}

func (c *check) downward(p *field.Path, items []corev1.DownwardAPIVolumeFile, paths map[string]bool) {
	known := []string{"metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"}
	for i, item := range items {
		at := p.Index(i)
		c.inVolume(at.Child("path"), item.Path)
		c.once(at.Child("path"), item.Path, paths)
		c.mode(at.Child("mode"), item.Mode)
		c.must(item.FieldRef != nil || item.ResourceFieldRef != nil, at, "one of fieldRef and resourceFieldRef is required")
		if item.FieldRef != nil {
			c.fieldRef(at.Child("fieldRef"), item.FieldRef, known)
			c.valid(item.ResourceFieldRef == nil, at, "", "fieldRef and resourceFieldRef can not be specified simultaneously")
		} else if item.ResourceFieldRef != nil {
			c.resourceRef(at.Child("resourceFieldRef"), item.ResourceFieldRef, true)
		}
	}
}

func (c *check) once(p *field.Path, path string, paths map[string]bool) {
	if paths == nil || path == "" {
		return
	}
	c.valid(!paths[path], p, path, "conflicting duplicate paths")
	paths[path] = true
}

// projected leaves out certificates and bundles of them.
func (c *check) projected(p *field.Path, sources []corev1.VolumeProjection) {
	paths := map[string]bool{}
	for i, s := range sources {
		at, kinds := p.Index(i), 0
		for _, f := range reflect.ValueOf(s).Fields() {
			if !f.IsNil() {
				kinds++
			}
		}
		c.forbid(kinds > 1, at, "may not specify more than 1 volume type per source")
		if s.Secret != nil {
			c.must(s.Secret.Name != "", at.Child("secret", "name"), "")
			c.items(at.Child("secret", "items"), s.Secret.Items, paths)
		}
		if s.ConfigMap != nil {
			c.must(s.ConfigMap.Name != "", at.Child("configMap", "name"), "")
			c.items(at.Child("configMap", "items"), s.ConfigMap.Items, paths)
		}
		if s.DownwardAPI != nil {
			c.downward(at.Child("downwardAPI", "items"), s.DownwardAPI.Items, paths)
		}
		if t := s.ServiceAccountToken; t != nil {
			between(c, at.Child("serviceAccountToken", "expirationSeconds"), t.ExpirationSeconds, 600, math.MaxUint32+1,
				"may not specify a duration less than 10 minutes, or larger than 2^32 seconds")
			c.inVolume(at.Child("serviceAccountToken", "path"), t.Path)
		}
	}
}

// mounts checks where a container has its volumes.
func (c *check) mounts(p *field.Path, one *corev1.Container, volumes map[string]corev1.VolumeSource) {
	places := map[string]bool{}
	for i, m := range one.VolumeMounts {
		at := p.Child("volumeMounts").Index(i)
		c.must(m.Name != "", at.Child("name"), "")
		if _, ok := volumes[m.Name]; !ok {
			c.add(field.NotFound(at.Child("name"), m.Name))
		}
		c.must(m.MountPath != "", at.Child("mountPath"), "")
		c.valid(!places[m.MountPath], at.Child("mountPath"), m.MountPath, "must be unique")
		places[m.MountPath] = true
		c.relative(at.Child("subPath"), m.SubPath)
		c.relative(at.Child("subPathExpr"), m.SubPathExpr)
		c.valid(m.SubPath == "" || m.SubPathExpr == "", at.Child("subPathExpr"), m.SubPathExpr,
			"subPathExpr and subPath are mutually exclusive")
		c.propagation(at, one, &m)
	}
	names, devices := map[string]bool{}, map[string]bool{}
	for i, d := range one.VolumeDevices {
		at := p.Child("volumeDevices").Index(i)
		c.must(d.Name != "", at.Child("name"), "")
		c.valid(!names[d.Name], at.Child("name"), d.Name, "must be unique")
		names[d.Name] = true
		source, ok := volumes[d.Name]
		if !ok {
			c.add(field.NotFound(at.Child("name"), d.Name))
		}
		c.valid(!ok || source.PersistentVolumeClaim != nil || source.Ephemeral != nil, at.Child("name"), d.Name,
			"can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode")
		c.must(d.DevicePath != "", at.Child("devicePath"), "")
		c.valid(!devices[d.DevicePath] && !places[d.DevicePath], at.Child("devicePath"), d.DevicePath, "must be unique")
		devices[d.DevicePath] = true
		c.forward(at.Child("devicePath"), d.DevicePath)
	}
}

func (c *check) propagation(p *field.Path, one *corev1.Container, m *corev1.VolumeMount) {
	oneOfPtr(c, p.Child("mountPropagation"), m.MountPropagation,
		corev1.MountPropagationBidirectional, corev1.MountPropagationHostToContainer, corev1.MountPropagationNone)
	privileged := one.SecurityContext != nil && one.SecurityContext.Privileged != nil && *one.SecurityContext.Privileged
	c.forbid(m.MountPropagation != nil && *m.MountPropagation == corev1.MountPropagationBidirectional && !privileged,
		p.Child("mountPropagation"), "Bidirectional mount propagation is available only to privileged containers")
	oneOfPtr(c, p.Child("recursiveReadOnly"), m.RecursiveReadOnly,
		corev1.RecursiveReadOnlyDisabled, corev1.RecursiveReadOnlyIfPossible, corev1.RecursiveReadOnlyEnabled)
	c.forbid(m.RecursiveReadOnly != nil && *m.RecursiveReadOnly != corev1.RecursiveReadOnlyDisabled && !m.ReadOnly,
		p.Child("recursiveReadOnly"), "may only be specified when readOnly is true")
}
