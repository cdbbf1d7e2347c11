package rules

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK509 finds references that Kustomize did not rename.
func (Catalogue) FLK509() Rule {
	const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: dev-kafka-login, namespace: team-a}\n"
	const pod = "kind: FlinkDeployment\nmetadata: {name: dev-orders}\nspec:\n  podTemplate:\n    spec:\n      containers:\n" +
		"      - name: flink-main-container\n        envFrom:\n" +
		"        - secretRef: {name: "
	return Rule{
		Entry: diag.Entry{
			Title: "reference to a name before Kustomize changed it", Severity: diag.Warning,
			What: "The service account, a ConfigMap, a Secret or a claim that a pod template names is not in the input, and one is " +
				"there with that name and the namePrefix or nameSuffix that the FlinkDeployment has as well, or the hash of a generator.",
			Why: "Kustomize's namePrefix, nameSuffix and generators rename the object, and find references to it only in kinds that " +
				"they know: a FlinkDeployment is " +
				"none, unless a configuration says so. The pods wait for the object that does not exist.",
			Bad:  secret + "---\n" + pod + "kafka-login}\n",
			Good: secret + "---\n" + pod + "dev-kafka-login}\n",
			Source: "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/nameprefix/; kustomize api v0.21.2, " +
				"nameReference of transformer configurations",
		},
		Across: func(w *model.World) Across {
			all := namesOf(w)
			return Across{Cluster: func(c *model.Cluster, say model.Say) {
				for _, r := range references(c) {
					if all.has(r.kind, c.Key.Namespace, r.name) {
						continue
					}
					if found := all.renamed(r.kind, c.Key.Namespace, r.name, c.Key.Name); found != "" {
						say(model.Problem{
							Subject: c.Subject, Field: r.field,
							Message: r.kind + " " + r.name + " is not in the input, but " + found + " is",
							Hint: "if Kustomize renames it, add the field to nameReference in its configurations; else name the object that " +
								"is there",
						})
					}
				}
			}}
		},
	}
}

// reference is the name of an object in the cluster's namespace.
type reference struct {
	kind, name string
	field      []string
}

// references lists what a cluster's pods cannot start without. Optional ones are
// left out.
func references(c *model.Cluster) []reference {
	var out []reference
	if name := c.Spec.ServiceAccount; name != "" {
		out = append(out, reference{"ServiceAccount", name, c.Field("serviceAccount")})
	}
	add := func(t *v1beta1.PodTemplate, field ...string) {
		if t != nil {
			out = append(out, ofTemplate(&t.Spec, c.Field(append(field, "spec")...))...)
		}
	}
	add(c.Spec.PodTemplate, "podTemplate")
	if jm := c.Spec.JobManager; jm != nil {
		add(jm.PodTemplate, "jobManager", "podTemplate")
	}
	if tm := c.Spec.TaskManager; tm != nil {
		add(tm.PodTemplate, "taskManager", "podTemplate")
	}
	return out
}

func ofTemplate(spec *corev1.PodSpec, at []string) []reference {
	var out []reference
	add := func(kind, name string, optional *bool, field ...string) {
		if name != "" && (optional == nil || !*optional) {
			out = append(out, reference{kind, name, append(append([]string{}, at...), field...)})
		}
	}
	for i, s := range spec.ImagePullSecrets {
		add("Secret", s.Name, nil, "imagePullSecrets", strconv.Itoa(i), "name")
	}
	for i := range spec.InitContainers {
		ofContainer(&spec.InitContainers[i], add, "initContainers", strconv.Itoa(i))
	}
	for i := range spec.Containers {
		ofContainer(&spec.Containers[i], add, "containers", strconv.Itoa(i))
	}
	for i := range spec.Volumes {
		v, n := &spec.Volumes[i], strconv.Itoa(i)
		if v.ConfigMap != nil {
			add("ConfigMap", v.ConfigMap.Name, v.ConfigMap.Optional, "volumes", n, "configMap", "name")
		}
		if v.Secret != nil {
			add("Secret", v.Secret.SecretName, v.Secret.Optional, "volumes", n, "secret", "secretName")
		}
		if v.PersistentVolumeClaim != nil {
			add("PersistentVolumeClaim", v.PersistentVolumeClaim.ClaimName, nil, "volumes", n, "persistentVolumeClaim", "claimName")
		}
		if v.Projected == nil {
			continue
		}
		for j, s := range v.Projected.Sources {
			if s.ConfigMap != nil {
				add("ConfigMap", s.ConfigMap.Name, s.ConfigMap.Optional,
					"volumes", n, "projected", "sources", strconv.Itoa(j), "configMap", "name")
			}
			if s.Secret != nil {
				add("Secret", s.Secret.Name, s.Secret.Optional, "volumes", n, "projected", "sources", strconv.Itoa(j), "secret", "name")
			}
		}
	}
	return out
}

func ofContainer(c *corev1.Container, add func(string, string, *bool, ...string), list, index string) {
	for i, e := range c.Env {
		n := strconv.Itoa(i)
		if e.ValueFrom == nil {
			continue
		}
		if r := e.ValueFrom.ConfigMapKeyRef; r != nil {
			add("ConfigMap", r.Name, r.Optional, list, index, "env", n, "valueFrom", "configMapKeyRef", "name")
		}
		if r := e.ValueFrom.SecretKeyRef; r != nil {
			add("Secret", r.Name, r.Optional, list, index, "env", n, "valueFrom", "secretKeyRef", "name")
		}
	}
	for i, e := range c.EnvFrom {
		n := strconv.Itoa(i)
		if e.ConfigMapRef != nil {
			add("ConfigMap", e.ConfigMapRef.Name, e.ConfigMapRef.Optional, list, index, "envFrom", n, "configMapRef", "name")
		}
		if e.SecretRef != nil {
			add("Secret", e.SecretRef.Name, e.SecretRef.Optional, list, index, "envFrom", n, "secretRef", "name")
		}
	}
}
