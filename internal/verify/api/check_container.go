package api

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// containers checks all containers of a pod.
func (c *check) containers(p *field.Path, s *corev1.PodSpec, volumes map[string]corev1.VolumeSource) {
	grace := int64(30)
	if s.TerminationGracePeriodSeconds != nil {
		grace = *s.TerminationGracePeriodSeconds
	}
	c.must(len(s.Containers) > 0, p.Child("containers"), "")
	names, hostPorts := map[string]bool{}, map[string]bool{}
	for i := range s.Containers {
		at, one := p.Child("containers").Index(i), &s.Containers[i]
		c.container(at, one, volumes, s)
		c.unique(at.Child("name"), one.Name, names)
		c.hostPorts(at, one, hostPorts, s.HostNetwork)
		c.running(at, one, grace)
		c.restart(at, one)
		c.forbid(one.RestartPolicy != nil && !c.kube.reaches(35), at.Child("restartPolicy"), "may not be set for non-init containers")
	}
	for i := range s.InitContainers {
		at, one := p.Child("initContainers").Index(i), &s.InitContainers[i]
		c.container(at, one, volumes, s)
		if one.Name != "" {
			c.unique(at.Child("name"), one.Name, names)
		}
		c.hostPorts(at, one, map[string]bool{}, false)
		c.restart(at, one)
		if one.RestartPolicy != nil && *one.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			c.running(at, one, grace)
			continue
		}
		for name, present := range map[string]bool{
			"lifecycle": one.Lifecycle != nil, "livenessProbe": one.LivenessProbe != nil,
			"readinessProbe": one.ReadinessProbe != nil, "startupProbe": one.StartupProbe != nil,
		} {
			c.forbid(present, at.Child(name), "may not be set for init containers without restartPolicy=Always")
		}
	}
}

// restart checks a container's own restart policy; its rules on exit codes are
// left out. Before 1.35 (feature ContainerRestartRules) only init containers
// may have one.
func (c *check) restart(p *field.Path, one *corev1.Container) {
	oneOfPtr(c, p.Child("restartPolicy"), one.RestartPolicy,
		corev1.ContainerRestartPolicyAlways, corev1.ContainerRestartPolicyNever, corev1.ContainerRestartPolicyOnFailure)
	c.must(len(one.RestartPolicyRules) == 0 || one.RestartPolicy != nil, p.Child("restartPolicy"),
		"must specify restartPolicy when restart rules are used")
}

func (c *check) container(p *field.Path, one *corev1.Container, volumes map[string]corev1.VolumeSource, s *corev1.PodSpec) {
	if one.Name == "" {
		c.must(false, p.Child("name"), "")
	} else {
		c.label(p.Child("name"), one.Name)
	}
	c.must(one.Image != "", p.Child("image"), "")
	oneOf(c, p.Child("terminationMessagePolicy"), one.TerminationMessagePolicy,
		corev1.TerminationMessageReadFile, corev1.TerminationMessageFallbackToLogsOnError)
	oneOf(c, p.Child("imagePullPolicy"), one.ImagePullPolicy, corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever)
	c.containerPorts(p.Child("ports"), one.Ports)
	for i := range one.Env {
		c.env(p.Child("env").Index(i), &one.Env[i])
	}
	for i := range one.EnvFrom {
		c.envFrom(p.Child("envFrom").Index(i), &one.EnvFrom[i])
	}
	c.mounts(p, one, volumes)
	c.requirements(p.Child("resources"), &one.Resources)
	for i, resize := range one.ResizePolicy {
		at := p.Child("resizePolicy").Index(i)
		oneOfPtr(c, at.Child("resourceName"), &resize.ResourceName, corev1.ResourceCPU, corev1.ResourceMemory)
		oneOfPtr(c, at.Child("restartPolicy"), &resize.RestartPolicy, corev1.NotRequired, corev1.RestartContainer)
		c.valid(s.RestartPolicy != corev1.RestartPolicyNever || resize.RestartPolicy == corev1.NotRequired, at.Child("restartPolicy"),
			resize.RestartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'")
	}
	c.containerSecurity(p.Child("securityContext"), one.SecurityContext, s.HostUsers == nil || *s.HostUsers)
}

func (c *check) containerSecurity(p *field.Path, sc *corev1.SecurityContext, hostUsers bool) {
	if sc == nil {
		return
	}
	c.id(p.Child("runAsUser"), sc.RunAsUser)
	c.id(p.Child("runAsGroup"), sc.RunAsGroup)
	oneOfPtr(c, p.Child("procMount"), sc.ProcMount, corev1.DefaultProcMount, corev1.UnmaskedProcMount)
	c.valid(!hostUsers || sc.ProcMount == nil || *sc.ProcMount != corev1.UnmaskedProcMount, p.Child("procMount"),
		corev1.UnmaskedProcMount,
		"`hostUsers` must be false to use `Unmasked`")
	if sc.AllowPrivilegeEscalation != nil && !*sc.AllowPrivilegeEscalation {
		c.valid(sc.Privileged == nil || !*sc.Privileged, p, "",
			"cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
		if sc.Capabilities != nil {
			for _, capability := range sc.Capabilities.Add {
				c.valid(capability != "CAP_SYS_ADMIN", p, capability,
					"cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN")
			}
		}
	}
	c.seccomp(p.Child("seccompProfile"), sc.SeccompProfile)
	c.appArmor(p.Child("appArmorProfile"), sc.AppArmorProfile)
}

func (c *check) containerPorts(p *field.Path, ports []corev1.ContainerPort) {
	names := map[string]bool{}
	for i, port := range ports {
		at := p.Index(i)
		if port.Name != "" {
			messages := validation.IsValidPortName(port.Name)
			c.words(at.Child("name"), port.Name, messages)
			if len(messages) == 0 {
				c.unique(at.Child("name"), port.Name, names)
			}
		}
		if port.ContainerPort == 0 {
			c.must(false, at.Child("containerPort"), "")
		} else {
			c.port(at.Child("containerPort"), port.ContainerPort)
		}
		if port.HostPort != 0 {
			c.port(at.Child("hostPort"), port.HostPort)
		}
		oneOf(c, at.Child("protocol"), port.Protocol, corev1.ProtocolSCTP, corev1.ProtocolTCP, corev1.ProtocolUDP)
	}
}

func (c *check) hostPorts(p *field.Path, one *corev1.Container, seen map[string]bool, hostNetwork bool) {
	for i, port := range one.Ports {
		if port.HostPort == 0 {
			continue
		}
		at := p.Child("ports").Index(i).Child("hostPort")
		protocol := port.Protocol
		if protocol == "" {
			protocol = corev1.ProtocolTCP
		}
		c.unique(at, fmt.Sprintf("%s/%s/%d", protocol, port.HostIP, port.HostPort), seen)
		c.valid(!hostNetwork || port.HostPort == port.ContainerPort, at, port.HostPort,
			"must match `containerPort` when `hostNetwork` is true")
	}
}

// envName: any printable text without '=' from Kubernetes 1.32 (feature
// RelaxedEnvironmentVariableValidation).
func (c *check) envName(p *field.Path, name string) {
	if c.kube.reaches(32) {
		c.words(p, name, validation.IsRelaxedEnvVarName(name))
		return
	}
	c.words(p, name, validation.IsEnvVarName(name))
}

func (c *check) env(p *field.Path, e *corev1.EnvVar) {
	if e.Name == "" {
		c.must(false, p.Child("name"), "")
	} else {
		c.envName(p.Child("name"), e.Name)
	}
	from := e.ValueFrom
	if from == nil {
		return
	}
	at, sources := p.Child("valueFrom"), 0
	if from.FieldRef != nil {
		sources++
		c.fieldRef(at.Child("fieldRef"), from.FieldRef, envFields())
	}
	if from.ResourceFieldRef != nil {
		sources++
		c.resourceRef(at.Child("resourceFieldRef"), from.ResourceFieldRef, false)
	}
	if from.ConfigMapKeyRef != nil {
		sources++
		c.keyRef(at.Child("configMapKeyRef"), from.ConfigMapKeyRef.Name, from.ConfigMapKeyRef.Key)
	}
	if from.SecretKeyRef != nil {
		sources++
		c.keyRef(at.Child("secretKeyRef"), from.SecretKeyRef.Name, from.SecretKeyRef.Key)
	}
	if from.FileKeyRef != nil {
		sources++
	}
	switch {
	case sources == 0:
		c.add(field.Invalid(at, "",
			"must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"))
	case e.Value != "":
		c.add(field.Invalid(at, "", "may not be specified when `value` is not empty"))
	case sources > 1:
		c.add(field.Invalid(at, "", "may not have more than one field specified at a time"))
	}
}

func (c *check) keyRef(p *field.Path, name, key string) {
	c.subdomain(p.Child("name"), name)
	if key == "" {
		c.must(false, p.Child("key"), "")
		return
	}
	c.words(p.Child("key"), key, validation.IsConfigMapKey(key))
}

func (c *check) envFrom(p *field.Path, e *corev1.EnvFromSource) {
	if e.Prefix != "" {
		c.envName(p.Child("prefix"), e.Prefix)
	}
	if e.ConfigMapRef != nil {
		c.reference(p.Child("configMapRef", "name"), e.ConfigMapRef.Name)
	}
	if e.SecretRef != nil {
		c.reference(p.Child("secretRef", "name"), e.SecretRef.Name)
	}
	c.valid(e.ConfigMapRef != nil || e.SecretRef != nil, p, "", "must specify one of: `configMapRef` or `secretRef`")
	c.valid(e.ConfigMapRef == nil || e.SecretRef == nil, p, "", "may not have more than one field specified at a time")
}

// reference checks the name of another object, which must be there.
func (c *check) reference(p *field.Path, name string) {
	c.must(name != "", p, "")
	c.optional(p, name)
}

func envFields() []string {
	return []string{
		"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
		"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
	}
}

func (c *check) fieldRef(p *field.Path, ref *corev1.ObjectFieldSelector, known []string) {
	at := p.Child("fieldPath")
	if ref.FieldPath == "" {
		c.must(false, at, "")
		return
	}
	c.valid(ref.APIVersion == "" || ref.APIVersion == "v1", at, ref.APIVersion, "unsupported pod version")
	path, key, subscript := strings.Cut(strings.TrimSuffix(ref.FieldPath, "']"), "['")
	switch {
	case subscript && path == "metadata.annotations":
		c.qualified(p, strings.ToLower(key))
	case subscript && path == "metadata.labels":
		c.qualified(p, key)
	default:
		oneOfPtr(c, at, &ref.FieldPath, known...)
	}
}

func (c *check) resourceRef(p *field.Path, ref *corev1.ResourceFieldSelector, volume bool) {
	c.must(!volume || ref.ContainerName != "", p.Child("containerName"), "")
	if ref.Resource == "" {
		c.must(false, p.Child("resource"), "")
		return
	}
	side, name, _ := strings.Cut(ref.Resource, ".")
	if side != "limits" && side != "requests" || !hugePages(name) {
		oneOf(c, p.Child("resource"), ref.Resource, "limits.cpu", "limits.ephemeral-storage", "limits.memory",
			"requests.cpu", "requests.ephemeral-storage", "requests.memory")
	}
	if ref.Divisor.IsZero() {
		return
	}
	allowed := []string{"1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"}
	if name == "cpu" {
		allowed = []string{"1m", "1"}
	}
	divisor := ref.Divisor.String()
	oneOf(c, p.Child("divisor"), divisor, allowed...)
}

// running checks what watches and stops a container that goes on running.
func (c *check) running(p *field.Path, one *corev1.Container, grace int64) {
	if l := one.Lifecycle; l != nil {
		for name, h := range map[string]*corev1.LifecycleHandler{"postStart": l.PostStart, "preStop": l.PreStop} {
			if h != nil {
				c.handler(p.Child("lifecycle", name), h.Exec, h.HTTPGet, h.TCPSocket, nil, h.Sleep, grace)
			}
		}
	}
	for name, probe := range map[string]*corev1.Probe{
		"livenessProbe": one.LivenessProbe, "readinessProbe": one.ReadinessProbe, "startupProbe": one.StartupProbe,
	} {
		if probe != nil {
			c.probe(p.Child(name), name, probe)
		}
	}
}

func (c *check) probe(p *field.Path, name string, probe *corev1.Probe) {
	c.handler(p, probe.Exec, probe.HTTPGet, probe.TCPSocket, probe.GRPC, nil, 0)
	for name, n := range map[string]*int32{
		"initialDelaySeconds": &probe.InitialDelaySeconds, "timeoutSeconds": &probe.TimeoutSeconds,
		"periodSeconds":    &probe.PeriodSeconds,
		"successThreshold": &probe.SuccessThreshold, "failureThreshold": &probe.FailureThreshold,
	} {
		natural(c, p.Child(name), n)
	}
	at := p.Child("terminationGracePeriodSeconds")
	if probe.TerminationGracePeriodSeconds != nil {
		c.valid(*probe.TerminationGracePeriodSeconds > 0, at, *probe.TerminationGracePeriodSeconds, "must be greater than 0")
	}
	if name == "readinessProbe" {
		c.valid(probe.TerminationGracePeriodSeconds == nil, at, "", "must not be set for readinessProbes")
		return
	}
	c.valid(probe.SuccessThreshold <= 1, p.Child("successThreshold"), probe.SuccessThreshold, "must be 1")
}

func (c *check) handler(p *field.Path, exec *corev1.ExecAction, get *corev1.HTTPGetAction, tcp *corev1.TCPSocketAction,
	grpc *corev1.GRPCAction, sleep *corev1.SleepAction, grace int64,
) {
	kinds := 0
	if exec != nil {
		kinds++
		c.must(len(exec.Command) > 0, p.Child("exec", "command"), "")
	}
	if get != nil {
		kinds++
		c.portOrName(p.Child("httpGet", "port"), get.Port)
		oneOf(c, p.Child("httpGet", "scheme"), get.Scheme, corev1.URISchemeHTTP, corev1.URISchemeHTTPS)
		for i, header := range get.HTTPHeaders {
			c.words(p.Child("httpGet", "httpHeaders").Index(i).Child("name"), header.Name, validation.IsHTTPHeaderName(header.Name))
		}
	}
	if tcp != nil {
		kinds++
		c.portOrName(p.Child("tcpSocket", "port"), tcp.Port)
	}
	if grpc != nil {
		kinds++
		c.portOrName(p.Child("grpc", "port"), intstr.FromInt32(grpc.Port))
	}
	if sleep != nil {
		kinds++
		c.valid(sleep.Seconds >= 0 && sleep.Seconds <= grace, p.Child("sleep"), sleep.Seconds,
			fmt.Sprintf("must be non-negative and less than terminationGracePeriodSeconds (%d)", grace))
	}
	c.must(kinds > 0, p, "must specify a handler type")
	c.forbid(kinds > 1, p, "may not specify more than 1 handler type")
}
