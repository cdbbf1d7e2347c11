package rules

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/pods"
)

// violation is one way in which a pod is outside of a level of pod security.
type violation struct {
	// what names it, with the container.
	what  string
	field []string
}

// baselineViolations lists what the baseline level of pod security forbids and
// the templates of a pod, or the configuration, set (Kubernetes documentation, Pod Security Standards).
func baselineViolations(p templatePod) []violation {
	var out []violation
	if p.Pod.HostNetwork { // of the configuration: a template does not count
		out = append(out, violation{"hostNetwork is true", p.cluster.Setting(pods.HostNetwork)})
	}
	for _, host := range []struct {
		name string
		on   func(corev1.PodSpec) bool
	}{
		{"hostPID", func(s corev1.PodSpec) bool { return s.HostPID }},
		{"hostIPC", func(s corev1.PodSpec) bool { return s.HostIPC }},
	} {
		if host.on(p.Spec) {
			out = append(out, violation{host.name + " is true", p.at(host.on, host.name)})
		}
	}
	for _, v := range p.Spec.Volumes {
		if v.HostPath != nil {
			has := func(s corev1.PodSpec) bool {
				return slices.ContainsFunc(s.Volumes, func(o corev1.Volume) bool { return o.Name == v.Name && o.HostPath != nil })
			}
			out = append(out, violation{fmt.Sprintf("volume %s is a hostPath", v.Name), p.at(has, "volumes")})
		}
	}
	unconfined := func(s *corev1.SeccompProfile) bool { return s != nil && s.Type == corev1.SeccompProfileTypeUnconfined }
	pod := func(s corev1.PodSpec) bool {
		return s.SecurityContext != nil && unconfined(s.SecurityContext.SeccompProfile)
	}
	if pod(p.Spec) {
		out = append(out, violation{"the seccomp profile is Unconfined", p.at(pod, "securityContext", "seccompProfile")})
	}
	for _, k := range p.containers() {
		out = append(out, baselineOfContainer(p, k)...)
	}
	return out
}

func baselineOfContainer(p templatePod, k corev1.Container) []violation {
	var out []violation
	checks := []struct {
		what  string
		field []string
		on    func(corev1.Container) bool
	}{
		{"is privileged", []string{"securityContext", "privileged"}, func(k corev1.Container) bool {
			return k.SecurityContext != nil && k.SecurityContext.Privileged != nil && *k.SecurityContext.Privileged
		}},
		{"adds capabilities", []string{"securityContext", "capabilities", "add"}, func(k corev1.Container) bool {
			return slices.ContainsFunc(addedCapabilities(k), func(c corev1.Capability) bool { return !baselineCapability(c) })
		}},
		{"has an Unconfined seccomp profile", []string{"securityContext", "seccompProfile"}, func(k corev1.Container) bool {
			return k.SecurityContext != nil && k.SecurityContext.SeccompProfile != nil &&
				k.SecurityContext.SeccompProfile.Type == corev1.SeccompProfileTypeUnconfined
		}},
		{"has a hostPort", []string{"ports"}, func(k corev1.Container) bool {
			return slices.ContainsFunc(k.Ports, func(p corev1.ContainerPort) bool { return p.HostPort != 0 })
		}},
		{"has another procMount than Default", []string{"securityContext", "procMount"}, func(k corev1.Container) bool {
			return k.SecurityContext != nil && k.SecurityContext.ProcMount != nil &&
				*k.SecurityContext.ProcMount != corev1.DefaultProcMount
		}},
	}
	for _, c := range checks {
		if c.on(k) {
			out = append(out, violation{fmt.Sprintf("container %s %s", k.Name, c.what), p.inContainer(k.Name, c.on, c.field...)})
		}
	}
	return out
}

func addedCapabilities(k corev1.Container) []corev1.Capability {
	if k.SecurityContext == nil || k.SecurityContext.Capabilities == nil {
		return nil
	}
	return k.SecurityContext.Capabilities.Add
}

// baselineCapability reports whether the baseline level lets a container add a
// capability.
func baselineCapability(c corev1.Capability) bool {
	switch c {
	case "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID",
		"SETPCAP", "SETUID", "SYS_CHROOT":
		return true
	default:
		return false
	}
}

// restrictedViolations names what the restricted level asks for beyond baseline
// and the templates of a pod do not give.
func restrictedViolations(p templatePod) []lack {
	var out []lack
	for _, k := range p.containers() {
		if missing := restrictedOfContainer(p.Spec.SecurityContext, k); len(missing) > 0 {
			out = append(out, lack{strings.Join(missing, ", "), "container " + k.Name})
		}
	}
	for _, v := range p.Spec.Volumes {
		if v.NFS != nil || v.FC != nil || v.ISCSI != nil || v.AWSElasticBlockStore != nil || v.Image != nil || v.GitRepo != nil {
			out = append(out, lack{"a type that is allowed", "volume " + v.Name})
		}
	}
	return out
}

// lack is what a container or a volume should have and has not.
type lack struct{ what, of string }

// said puts together what lacks the same: "a, b of container x and container y".
func said(all []lack) []string {
	of := map[string][]string{}
	var order []string
	for _, one := range all {
		if of[one.what] == nil {
			order = append(order, one.what)
		}
		if !slices.Contains(of[one.what], one.of) {
			of[one.what] = append(of[one.what], one.of)
		}
	}
	for i, what := range order {
		order[i] = what + " of " + strings.Join(of[what], " and ")
	}
	return order
}

func restrictedOfContainer(pod *corev1.PodSecurityContext, k corev1.Container) []string {
	if pod == nil {
		pod = &corev1.PodSecurityContext{}
	}
	own := k.SecurityContext
	if own == nil {
		own = &corev1.SecurityContext{}
	}
	nonRoot, user := firstOf(own.RunAsNonRoot, pod.RunAsNonRoot), firstOf(own.RunAsUser, pod.RunAsUser)
	var out []string
	for _, check := range []struct {
		what string
		ok   bool
	}{
		{"runAsNonRoot: true", nonRoot != nil && *nonRoot},
		{"a runAsUser other than 0", user == nil || *user != 0},
		{"allowPrivilegeEscalation: false", own.AllowPrivilegeEscalation != nil && !*own.AllowPrivilegeEscalation},
		{"capabilities.drop: [ALL]", own.Capabilities != nil && slices.Contains(own.Capabilities.Drop, "ALL")},
		{"no added capabilities", !slices.ContainsFunc(addedCapabilities(k), func(c corev1.Capability) bool {
			return c != "NET_BIND_SERVICE"
		})},
		{"seccompProfile: RuntimeDefault", firstOf(own.SeccompProfile, pod.SeccompProfile) != nil},
	} {
		if !check.ok {
			out = append(out, check.what)
		}
	}
	return out
}
