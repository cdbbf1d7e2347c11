package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func checkNamespace(c *check, n *corev1.Namespace) {
	for _, name := range n.Spec.Finalizers {
		c.qualified(field.NewPath("spec", "finalizers"), string(name))
	}
	// The admission plugin PodSecurity, which is always on: k8s.io/pod-security-admission v0.37.2, api/helpers.go.
	for _, mode := range []string{"enforce", "audit", "warn"} {
		label := "pod-security.kubernetes.io/" + mode
		at := field.NewPath("metadata", "labels")
		if level, ok := n.Labels[label]; ok {
			c.valid(slices.Contains([]string{"privileged", "baseline", "restricted"}, level), at.Key(label), level,
				"must be one of privileged, baseline, restricted")
		}
		if v, ok := n.Labels[label+"-version"]; ok && v != "latest" {
			_, err := parseVersion(v)
			c.valid(err == nil && strings.HasPrefix(v, "v1.") && strings.Count(v, ".") == 1, at.Key(label+"-version"), v,
				`must be "latest" or "v1.x"`)
		}
	}
}

// checkServiceAccount: the server checks nothing but its name.
func checkServiceAccount(*check, *corev1.ServiceAccount) {}

// checkSecret never puts a value into a message.
func checkSecret(c *check, s *corev1.Secret) {
	data := map[string][]byte{}
	size := 0
	maps.Copy(data, s.Data)
	for key, value := range s.StringData {
		data[key] = []byte(value)
	}
	for key, value := range data {
		c.configKey("data", key)
		size += len(value)
	}
	p := field.NewPath("data")
	if size > corev1.MaxSecretSize {
		c.add(field.TooLong(p, "", corev1.MaxSecretSize))
	}
	c.secretType(p, s, data)
}

// secretType checks that the keys of a type are there.
func (c *check) secretType(p *field.Path, s *corev1.Secret, data map[string][]byte) {
	has := func(keys ...string) {
		for _, key := range keys {
			if _, ok := data[key]; !ok {
				c.add(field.Required(p.Key(key), "for type "+string(s.Type)))
			}
		}
	}
	docker := func(key string) {
		has(key)
		var content map[string]any
		if value, ok := data[key]; ok && json.Unmarshal(value, &content) != nil {
			c.add(field.Invalid(p.Key(key), "<secret contents redacted>", "is no JSON"))
		}
	}
	switch s.Type {
	case corev1.SecretTypeServiceAccountToken:
		at := field.NewPath("metadata", "annotations").Key(corev1.ServiceAccountNameKey)
		c.must(s.Annotations[corev1.ServiceAccountNameKey] != "", at, "")
	case corev1.SecretTypeDockercfg:
		docker(corev1.DockerConfigKey)
	case corev1.SecretTypeDockerConfigJson:
		docker(corev1.DockerConfigJsonKey)
	case corev1.SecretTypeBasicAuth:
		_, password := data[corev1.BasicAuthPasswordKey]
		if !password {
			has(corev1.BasicAuthUsernameKey)
		}
	case corev1.SecretTypeSSHAuth:
		c.must(len(data[corev1.SSHAuthPrivateKey]) > 0, p.Key(corev1.SSHAuthPrivateKey), "")
	case corev1.SecretTypeTLS:
		has(corev1.TLSCertKey, corev1.TLSPrivateKeyKey)
	default:
	}
}

func (c *check) configKey(list, key string) {
	c.words(field.NewPath(list).Key(key), key, validation.IsConfigMapKey(key))
}

func checkConfigMap(c *check, m *corev1.ConfigMap) {
	size := 0
	for key, value := range m.Data {
		c.configKey("data", key)
		if _, twice := m.BinaryData[key]; twice {
			c.add(field.Invalid(field.NewPath("data").Key(key), key, "duplicate of key present in binaryData"))
		}
		size += len(value)
	}
	for key, value := range m.BinaryData {
		c.configKey("binaryData", key)
		size += len(value)
	}
	if size > corev1.MaxSecretSize {
		c.add(field.TooLong(field.NewPath("data"), "", corev1.MaxSecretSize))
	}
}

func checkClaim(c *check, claim *corev1.PersistentVolumeClaim) {
	c.claim(field.NewPath("spec"), &claim.Spec)
}

// claim checks the specification of a volume claim; data sources are left out.
func (c *check) claim(p *field.Path, s *corev1.PersistentVolumeClaimSpec) {
	c.must(len(s.AccessModes) > 0, p.Child("accessModes"), "at least 1 access mode is required")
	c.selector(p.Child("selector"), s.Selector)
	alone := false
	for i, mode := range s.AccessModes {
		oneOfPtr(c, p.Child("accessModes").Index(i), &mode, corev1.ReadOnlyMany, corev1.ReadWriteMany, corev1.ReadWriteOnce,
			corev1.ReadWriteOncePod)
		alone = alone || mode == corev1.ReadWriteOncePod
	}
	for _, mode := range s.AccessModes {
		c.forbid(alone && mode != corev1.ReadWriteOncePod, p.Child("accessModes"),
			"may not use ReadWriteOncePod with other access modes")
	}
	at := p.Child("resources", "requests").Key("storage")
	storage, ok := s.Resources.Requests[corev1.ResourceStorage]
	c.must(ok, at, "")
	c.valid(!ok || storage.Sign() > 0, at, storage.String(), "must be greater than zero")
	c.className(p.Child("storageClassName"), s.StorageClassName)
	c.className(p.Child("volumeAttributesClassName"), s.VolumeAttributesClassName)
	oneOfPtr(c, p.Child("volumeMode"), s.VolumeMode, corev1.PersistentVolumeBlock, corev1.PersistentVolumeFilesystem)
}
