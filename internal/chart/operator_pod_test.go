package chart_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
)

// opRestricted lists what the Pod Security Standard "restricted" would refuse in a pod
// (kubernetes.io/docs/concepts/security/pod-security-standards, as of Kubernetes 1.37).
func opRestricted(pod corev1.PodSpec) []string {
	var out []string
	sc := pod.SecurityContext
	switch {
	case sc == nil:
		return []string{"no pod security context"}
	case sc.RunAsNonRoot == nil || !*sc.RunAsNonRoot:
		out = append(out, "runAsNonRoot")
	case sc.RunAsUser != nil && *sc.RunAsUser == 0:
		out = append(out, "runAsUser")
	}
	if sc.SeccompProfile == nil || sc.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		out = append(out, "seccompProfile")
	}
	for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
		switch sc := c.SecurityContext; {
		case sc == nil:
			out = append(out, c.Name+": no security context")
		case sc.AllowPrivilegeEscalation == nil || *sc.AllowPrivilegeEscalation:
			out = append(out, c.Name+": allowPrivilegeEscalation")
		case sc.Capabilities == nil || !slices.Contains(sc.Capabilities.Drop, "ALL") || len(sc.Capabilities.Add) > 0:
			out = append(out, c.Name+": capabilities")
		}
	}
	for _, v := range pod.Volumes {
		if v.ConfigMap == nil && v.Secret == nil && v.EmptyDir == nil && v.PersistentVolumeClaim == nil {
			out = append(out, "volume "+v.Name)
		}
	}
	if pod.HostNetwork || pod.HostPID || pod.HostIPC {
		out = append(out, "host namespaces")
	}
	return out
}

func TestOperatorChartIsRestricted(t *testing.T) {
	t.Parallel()
	for _, values := range []string{
		"", "webhook: {create: false}", "{replicas: 3, tls: {create: true}, logging: {framework: logback}}",
		"podSecurityContext: {runAsUser: 9999, runAsGroup: 9999, fsGroup: 9999}", // as in upstream's values
		"{operatorSecurityContext: {}, webhookSecurityContext: {readOnlyRootFilesystem: true}}",
	} {
		if bad := opRestricted(opDeployment(t, opRender(t, values)).Spec.Template.Spec); len(bad) > 0 {
			t.Errorf("%q: refused by restricted: %q", values, bad)
		}
	}
	for values, want := range map[string]string{
		"operatorVolumes: {create: true}":                            "volume flink-artifacts",
		"podSecurityContext: null":                                   "no pod security context",
		"operatorSecurityContext: {capabilities: {}}":                "",
		"webhookSecurityContext: {capabilities: {add: [NET_ADMIN]}}": "flink-webhook: capabilities",
	} {
		bad := opRestricted(opDeployment(t, opRender(t, values)).Spec.Template.Spec)
		if got := strings.Join(bad, ", "); got != want {
			t.Errorf("%q: %q, want %q: the user's word is the last", values, got, want)
		}
	}
}

// opConsistent fails the test where a pod refers to what it does not have.
func opConsistent(t *testing.T, d *appsv1.Deployment) {
	t.Helper()
	for k, v := range d.Spec.Selector.MatchLabels {
		if d.Spec.Template.Labels[k] != v {
			t.Errorf("selector %s=%s does not match the pods", k, v)
		}
	}
	volumes := map[string]bool{}
	for _, v := range d.Spec.Template.Spec.Volumes {
		if volumes[v.Name] {
			t.Errorf("volume %s stands twice", v.Name)
		}
		volumes[v.Name] = true
	}
	for _, c := range d.Spec.Template.Spec.Containers {
		for _, m := range c.VolumeMounts {
			if !volumes[m.Name] {
				t.Errorf("container %s mounts %s, which is no volume", c.Name, m.Name)
			}
		}
		ports, env := map[string]bool{}, map[string]bool{}
		for _, p := range c.Ports {
			ports[p.Name] = true
		}
		for _, e := range c.Env {
			if env[e.Name] {
				t.Errorf("container %s: variable %s stands twice", c.Name, e.Name)
			}
			env[e.Name] = true
		}
		for _, p := range []*corev1.Probe{c.LivenessProbe, c.StartupProbe, c.ReadinessProbe} {
			if p != nil && p.HTTPGet != nil && !ports[p.HTTPGet.Port.StrVal] {
				t.Errorf("container %s: a probe of port %s, which it does not have", c.Name, p.HTTPGet.Port.String())
			}
		}
	}
}

// opEverything sets as much of the pod as there is.
const opEverything = `
replicas: 2
commonLabels: {team: platform, app.kubernetes.io/name: other}
image: {digest: "sha256:0123"}
imagePullSecrets: [{name: regcred}]
metrics: {port: 9999}
tls: {create: true}
postStart: {exec: {command: ["true"]}}
jvmArgs: {operator: -Xmx1g, webhook: -Xmx256m}
operatorHealth: {startupProbe: null, livenessProbe: {tcpSocket: {port: 8085}}}
operatorVolumes: {create: true, data: [{name: flink-artifacts, persistentVolumeClaim: {claimName: c}}]}
operatorVolumeMounts: {create: true}
webhook: {keystore: {pkcs12Profile: Modern2023, passwordSecretRef: {name: other, key: pw}}, serviceLabels: {x: "1"}}
operatorPod:
  priorityClassName: system-cluster-critical
  labels: {l: "1"}
  annotations: {a: "1"}
  env: [{name: JVM_ARGS, value: -Xmx2g}, {name: TZ, value: UTC}]
  envFrom: [{configMapRef: {name: more}}]
  dnsPolicy: None
  dnsConfig: {nameservers: [10.0.0.2]}
  nodeSelector: {kubernetes.io/arch: arm64}
  affinity: {nodeAffinity: {}}
  tolerations: [{operator: Exists}]
  resources: {limits: {memory: 2Gi}}
  webhook: {resources: {limits: {memory: 512Mi}}, container: {env: [{name: W, value: "1"}]}}
  initContainers: [{name: first, image: i}]
  sidecarContainers: [{name: beside, image: i}]`

func TestOperatorChartDeployment(t *testing.T) {
	t.Parallel()
	for _, values := range []string{
		opEverything, "", "operatorHealth: null", "webhook: {create: false}", "operatorVolumes: {create: true}",
		"operatorVolumeMounts: {create: true, data: [{name: flink-artifacts-volume, mountPath: /opt/flink/artifacts}]}",
	} {
		opConsistent(t, opDeployment(t, opRender(t, values)))
	}

	d := opDeployment(t, opRender(t, opEverything))
	pod, spec := d.Spec.Template, d.Spec.Template.Spec
	labels := map[string]string{"app.kubernetes.io/name": "flink-kubernetes-operator", "l": "1", "team": "platform"}
	if !maps.Equal(pod.Labels, labels) {
		t.Errorf("pod labels %v, want %v", pod.Labels, labels)
	}
	if len(spec.Containers) != 3 || spec.Containers[0].Image != "ghcr.io/apache/flink-kubernetes-operator@sha256:0123" {
		t.Errorf("containers: %v", spec.Containers)
	}
	values := func(c corev1.Container) map[string]string {
		out := map[string]string{}
		for _, e := range c.Env {
			out[e.Name] = e.Value
		}
		return out
	}
	if env := values(spec.Containers[0]); env["JVM_ARGS"] != "-Xmx2g" || env["TZ"] != "UTC" ||
		env["OPERATOR_NAME"] != "flink-kubernetes-operator" || env["OPERATOR_KEYSTORE_PATH"] == "" {
		t.Errorf("operator's environment: %v", env)
	}
	if env := values(spec.Containers[1]); env["JVM_ARGS"] != "-Xmx256m" || env["W"] != "1" || env["TZ"] != "" {
		t.Errorf("webhook's environment: %v", env)
	}
	if len(spec.TopologySpreadConstraints) != 0 {
		t.Error("a spread although the user gives an affinity")
	}
	live := spec.Containers[0].LivenessProbe
	if live.TCPSocket == nil || live.HTTPGet != nil || live.InitialDelaySeconds != 30 || spec.Containers[0].StartupProbe != nil {
		t.Errorf("probes: %v, %v", live, spec.Containers[0].StartupProbe)
	}
	tag := opDeployment(t, opRender(t, "image: {repository: apache/flink-kubernetes-operator, tag: ''}"))
	if got := tag.Spec.Template.Spec.Containers[0].Image; got != "apache/flink-kubernetes-operator:1.15.0" {
		t.Errorf("image without a tag: %s", got)
	}
}

func TestOperatorChartReplicas(t *testing.T) {
	t.Parallel()
	for values, want := range map[string]struct {
		replicas int32
		strategy appsv1.DeploymentStrategyType
		spread   int
	}{
		"":               {1, "Recreate", 0},
		"replicas: null": {1, "Recreate", 0},
		"replicas: 0":    {0, "Recreate", 0},
		"replicas: 2":    {2, "RollingUpdate", 2},
		"{replicas: 2, strategy: {type: Recreate}}": {2, "Recreate", 2},
		"strategy: {type: RollingUpdate}":           {1, "RollingUpdate", 0},
		"{replicas: 2, operatorPod: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}]}}": {
			2, "RollingUpdate", 1},
	} {
		d := opDeployment(t, opRender(t, values))
		if *d.Spec.Replicas != want.replicas || d.Spec.Strategy.Type != want.strategy ||
			len(d.Spec.Template.Spec.TopologySpreadConstraints) != want.spread {
			t.Errorf("%q: %d replicas, %s, %d constraints, want %v", values, *d.Spec.Replicas, d.Spec.Strategy.Type,
				len(d.Spec.Template.Spec.TopologySpreadConstraints), want)
		}
	}
}

func TestOperatorChartRollout(t *testing.T) {
	t.Parallel()
	// A change that the operator reads at its start only has to change the pod.
	one := opDeployment(t, opRender(t, "watchNamespaces: [a]")).Spec.Template.Annotations
	two := opDeployment(t, opRender(t, "{replicas: 2, watchNamespaces: [a, b]}")).Spec.Template.Annotations
	for _, key := range []string{"helm-flink.dev/watched-namespaces", "helm-flink.dev/leader-election"} {
		if one[key] == two[key] {
			t.Errorf("annotation %s does not follow the values: %q", key, one[key])
		}
	}
	for values, want := range map[string][2]string{
		"replicas: 3": {"1", ""},
		"{replicas: 3, podDisruptionBudget: {minAvailable: 50%}}": {"50%", ""},
		"{replicas: 3, podDisruptionBudget: {maxUnavailable: 0}}": {"", "0"},
	} {
		spec := opGet[policyv1.PodDisruptionBudget](t, opRender(t, values), "PodDisruptionBudget ops/flink-kubernetes-operator").Spec
		var got [2]string
		if spec.MinAvailable != nil {
			got[0] = spec.MinAvailable.String()
		}
		if spec.MaxUnavailable != nil {
			got[1] = spec.MaxUnavailable.String()
		}
		if got != want {
			t.Errorf("%q: budget %q, want %q", values, got, want)
		}
	}
}

func TestOperatorChartWebhook(t *testing.T) {
	t.Parallel()
	for values, ref := range map[string]string{
		"": "flink-operator-webhook-secret/password",
		"webhook: {keystore: {useDefaultPassword: true}}":                "flink-operator-webhook-secret/password",
		"webhook: {keystore: {passwordSecretRef: {name: mine, key: k}}}": "mine/k",
	} {
		r := opRender(t, "watchNamespaces: [a, b]\n"+values)
		certificate := opGet[opCertificate](t, r, "Certificate ops/flink-operator-serving-cert").Spec
		spec := opDeployment(t, r).Spec.Template.Spec
		container := spec.Containers[1]
		fromEnv, fromCert := container.Env[0].ValueFrom.SecretKeyRef, certificate.Keystores.PKCS12.PasswordSecretRef
		for _, s := range []corev1.SecretKeySelector{*fromEnv, fromCert} {
			if got := s.Name + "/" + s.Key; got != ref {
				t.Errorf("%q: password from %s, want %s", values, got, ref)
			}
		}
		if !slices.ContainsFunc(spec.Volumes, func(v corev1.Volume) bool {
			return v.Secret != nil && v.Secret.SecretName == certificate.SecretName
		}) {
			t.Errorf("the certificate's Secret %s is not mounted", certificate.SecretName)
		}
		service := opGet[corev1.Service](t, r, "Service ops/flink-operator-webhook-service")
		port := service.Spec.Ports[0].TargetPort.IntVal
		if p := container.ReadinessProbe; port != container.Ports[0].ContainerPort || p == nil || p.TCPSocket.Port.IntVal != port {
			t.Errorf("service, container and probe do not agree on port %d", port)
		}
		validating := opGet[admissionv1.ValidatingWebhookConfiguration](t, r,
			"ValidatingWebhookConfiguration /flink-operator-ops-webhook-configuration").Webhooks[0]
		mutating := opGet[admissionv1.MutatingWebhookConfiguration](t, r,
			"MutatingWebhookConfiguration /flink-operator-ops-webhook-configuration").Webhooks[0]
		if got := validating.NamespaceSelector.MatchExpressions[0].Values; !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("validating: namespaces %q", got)
		}
		if got := mutating.NamespaceSelector.MatchExpressions[0].Values; !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("mutating: namespaces %q", got)
		}
		host := validating.ClientConfig.Service.Name + "." + validating.ClientConfig.Service.Namespace + ".svc"
		if !slices.Contains(certificate.DNSNames, host) {
			t.Errorf("the certificate is for %q, not for %s", certificate.DNSNames, host)
		}
	}
	all := opRender(t, "")
	webhook := opGet[admissionv1.ValidatingWebhookConfiguration](t, all,
		"ValidatingWebhookConfiguration /flink-operator-ops-webhook-configuration").Webhooks[0]
	if webhook.NamespaceSelector != nil || *webhook.FailurePolicy != admissionv1.Fail {
		t.Errorf("webhook over all namespaces: %v, %v", webhook.NamespaceSelector, *webhook.FailurePolicy)
	}
	if _, err := opTry(t, opChart(t), "webhook: {keystore: {passwordSecretRef: null}}"); err == nil ||
		!strings.Contains(err.Error(), "passwordSecretRef.name") {
		t.Errorf("no password at all: %v, want an error that names the value", err)
	}
}
