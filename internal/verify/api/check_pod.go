package api

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func checkPod(c *check, pod *corev1.Pod) {
	c.pod(field.NewPath("spec"), &pod.Spec)
	c.podAnnotations(field.NewPath("metadata", "annotations"), pod.Annotations)
	natural(c, field.NewPath("spec", "terminationGracePeriodSeconds"), pod.Spec.TerminationGracePeriodSeconds)
	c.forbid(len(pod.Spec.EphemeralContainers) > 0, field.NewPath("spec", "ephemeralContainers"), "cannot be set on create")
}

// template checks a template of pods.
func (c *check) template(p *field.Path, t *corev1.PodTemplateSpec) {
	c.labels(p.Child("metadata", "labels"), t.Labels)
	c.add(apivalidation.ValidateAnnotations(t.Annotations, p.Child("metadata", "annotations"))...)
	c.podAnnotations(p.Child("metadata", "annotations"), t.Annotations)
	c.pod(p.Child("spec"), &t.Spec)
	c.forbid(len(t.Spec.EphemeralContainers) > 0, p.Child("spec", "ephemeralContainers"),
		"ephemeral containers not allowed in pod template")
}

func (c *check) podAnnotations(p *field.Path, annotations map[string]string) {
	const cost = "controller.kubernetes.io/pod-deletion-cost"
	if value, ok := annotations[cost]; ok {
		_, err := strconv.ParseInt(value, 10, 32)
		c.valid(err == nil && (value == "0" || !strings.HasPrefix(value, "0") && !strings.HasPrefix(value, "+")), p.Key(cost),
			value, "must be a 32bit integer")
	}
}

// pod checks the specification of a pod. Left out: Windows, dynamic resource
// allocation, resources of the whole pod, sysctls, annotations of seccomp and
// AppArmor, scheduling groups.
func (c *check) pod(p *field.Path, s *corev1.PodSpec) {
	volumes := c.volumes(p.Child("volumes"), s.Volumes)
	c.containers(p, s, volumes)
	oneOf(c, p.Child("restartPolicy"), s.RestartPolicy, corev1.RestartPolicyAlways, corev1.RestartPolicyOnFailure,
		corev1.RestartPolicyNever)
	c.labels(p.Child("nodeSelector"), s.NodeSelector)
	c.podSecurity(p, s)
	c.podNames(p, s)
	c.dns(p, s)
	if s.ActiveDeadlineSeconds != nil {
		between(c, p.Child("activeDeadlineSeconds"), s.ActiveDeadlineSeconds, 1, math.MaxInt32,
			validation.InclusiveRangeError(1, math.MaxInt32))
	}
	for i, toleration := range s.Tolerations {
		c.toleration(p.Child("tolerations").Index(i), toleration)
	}
	for i, alias := range s.HostAliases {
		at := p.Child("hostAliases").Index(i)
		c.ip(at.Child("ip"), alias.IP)
		for j, host := range alias.Hostnames {
			c.subdomain(at.Child("hostnames").Index(j), host)
		}
	}
	c.preemption(p.Child("preemptionPolicy"), s.PreemptionPolicy)
	c.schedulingGates(p, s)
	c.podAffinities(p.Child("affinity"), s.Affinity)
	c.spread(p.Child("topologySpreadConstraints"), s.TopologySpreadConstraints)
}

func (c *check) podNames(p *field.Path, s *corev1.PodSpec) {
	if s.ServiceAccountName != "" {
		c.words(p.Child("serviceAccountName"), s.ServiceAccountName,
			apivalidation.ValidateServiceAccountName(s.ServiceAccountName, false))
	}
	c.optional(p.Child("nodeName"), s.NodeName)
	for name, value := range map[string]string{"hostname": s.Hostname, "subdomain": s.Subdomain} {
		if value != "" {
			c.label(p.Child(name), value)
		}
	}
	c.optional(p.Child("priorityClassName"), s.PriorityClassName)
	if s.RuntimeClassName != nil {
		c.subdomain(p.Child("runtimeClassName"), *s.RuntimeClassName)
	}
}

func (c *check) schedulingGates(p *field.Path, s *corev1.PodSpec) {
	for i, gate := range s.ReadinessGates {
		c.qualified(p.Child("readinessGates").Index(i).Child("conditionType"), string(gate.ConditionType))
	}
	seen := map[string]bool{}
	for i, gate := range s.SchedulingGates {
		at := p.Child("schedulingGates").Index(i)
		c.qualified(at, gate.Name)
		c.unique(at, gate.Name, seen)
	}
}

func (c *check) dns(p *field.Path, s *corev1.PodSpec) {
	oneOf(c, p.Child("dnsPolicy"), s.DNSPolicy, corev1.DNSClusterFirstWithHostNet, corev1.DNSClusterFirst, corev1.DNSDefault,
		corev1.DNSNone)
	at := p.Child("dnsConfig")
	if s.DNSPolicy == corev1.DNSNone {
		c.must(s.DNSConfig != nil && len(s.DNSConfig.Nameservers) > 0, at.Child("nameservers"),
			"must provide at least one DNS nameserver when `dnsPolicy` is None")
	}
	if s.DNSConfig == nil {
		return
	}
	c.valid(len(s.DNSConfig.Nameservers) <= 3, at.Child("nameservers"), s.DNSConfig.Nameservers,
		"must not have more than 3 nameservers")
	for i, server := range s.DNSConfig.Nameservers {
		c.ip(at.Child("nameservers").Index(i), server)
	}
	c.valid(len(s.DNSConfig.Searches) <= 32, at.Child("searches"), s.DNSConfig.Searches, "must not have more than 32 search paths")
	for i, search := range s.DNSConfig.Searches {
		if search != "." {
			c.words(at.Child("searches").Index(i), search, validation.IsDNS1123SubdomainWithUnderscore(strings.TrimSuffix(search, ".")))
		}
	}
	for i, option := range s.DNSConfig.Options {
		c.must(option.Name != "", at.Child("options").Index(i), "must not be empty")
	}
}

func (c *check) podSecurity(p *field.Path, s *corev1.PodSpec) {
	at := p.Child("securityContext")
	c.forbid(s.HostPID && s.ShareProcessNamespace != nil && *s.ShareProcessNamespace, p.Child("shareProcessNamespace"),
		"ShareProcessNamespace and HostPID cannot both be enabled")
	sc := s.SecurityContext
	if sc == nil {
		return
	}
	c.id(at.Child("fsGroup"), sc.FSGroup)
	c.id(at.Child("runAsUser"), sc.RunAsUser)
	c.id(at.Child("runAsGroup"), sc.RunAsGroup)
	for i := range sc.SupplementalGroups {
		c.id(at.Child("supplementalGroups").Index(i), &sc.SupplementalGroups[i])
	}
	oneOfPtr(c, at.Child("fsGroupChangePolicy"), sc.FSGroupChangePolicy, corev1.FSGroupChangeOnRootMismatch,
		corev1.FSGroupChangeAlways)
	oneOfPtr(c, at.Child("supplementalGroupsPolicy"), sc.SupplementalGroupsPolicy, corev1.SupplementalGroupsPolicyMerge,
		corev1.SupplementalGroupsPolicyStrict)
	c.seccomp(at.Child("seccompProfile"), sc.SeccompProfile)
	c.appArmor(at.Child("appArmorProfile"), sc.AppArmorProfile)
}

func (c *check) id(p *field.Path, id *int64) {
	if id != nil {
		c.words(p, *id, validation.IsValidUserID(*id)) // the same bounds as a group's
	}
}

func (c *check) seccomp(p *field.Path, s *corev1.SeccompProfile) {
	if s == nil {
		return
	}
	oneOfPtr(c, p.Child("type"), &s.Type, corev1.SeccompProfileTypeLocalhost, corev1.SeccompProfileTypeRuntimeDefault,
		corev1.SeccompProfileTypeUnconfined)
	at := p.Child("localhostProfile")
	if s.Type != corev1.SeccompProfileTypeLocalhost {
		c.valid(s.LocalhostProfile == nil, at, "", "can only be set when seccomp type is Localhost")
		return
	}
	c.must(s.LocalhostProfile != nil, at, "must be set when seccomp type is Localhost")
	if s.LocalhostProfile != nil {
		c.relative(at, *s.LocalhostProfile)
	}
}

func (c *check) appArmor(p *field.Path, a *corev1.AppArmorProfile) {
	if a == nil {
		return
	}
	oneOfPtr(c, p.Child("type"), &a.Type, corev1.AppArmorProfileTypeLocalhost, corev1.AppArmorProfileTypeRuntimeDefault,
		corev1.AppArmorProfileTypeUnconfined)
	at := p.Child("localhostProfile")
	if a.Type == corev1.AppArmorProfileTypeLocalhost {
		c.must(a.LocalhostProfile != nil && strings.TrimSpace(*a.LocalhostProfile) != "", at,
			"must be set when AppArmor type is Localhost")
		return
	}
	c.valid(a.LocalhostProfile == nil, at, "", "can only be set when AppArmor type is Localhost")
}

// toleration refuses the operators Lt and Gt, which only a feature that is off
// by default allows (TaintTolerationComparisonOperators, alpha in 1.37).
func (c *check) toleration(p *field.Path, t corev1.Toleration) {
	if t.Key != "" {
		c.qualified(p.Child("key"), t.Key)
	} else {
		c.valid(t.Operator == corev1.TolerationOpExists, p.Child("operator"), t.Operator,
			`operator must be Exists when "key" is empty, which means "match all values and all keys"`)
	}
	c.valid(t.TolerationSeconds == nil || t.Effect == corev1.TaintEffectNoExecute, p.Child("effect"), t.Effect,
		"effect must be 'NoExecute' when `tolerationSeconds` is set")
	switch t.Operator {
	case corev1.TolerationOpEqual, "":
		c.words(p.Child("value"), t.Value, validation.IsValidLabelValue(t.Value))
	case corev1.TolerationOpExists:
		c.valid(t.Value == "", p.Child("value"), t.Value, "value must be empty when `operator` is 'Exists'")
	default:
		oneOf(c, p.Child("operator"), t.Operator, corev1.TolerationOpEqual, corev1.TolerationOpExists)
	}
	oneOf(c, p.Child("effect"), t.Effect, corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule,
		corev1.TaintEffectNoExecute)
}

func (c *check) podAffinities(p *field.Path, a *corev1.Affinity) {
	if a == nil {
		return
	}
	if n := a.NodeAffinity; n != nil {
		at := p.Child("nodeAffinity")
		if required := n.RequiredDuringSchedulingIgnoredDuringExecution; required != nil {
			at := at.Child("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
			c.must(len(required.NodeSelectorTerms) > 0, at, "must have at least one node selector term")
			for i, term := range required.NodeSelectorTerms {
				c.nodeTerm(at.Index(i), term, true)
			}
		}
		for i, term := range n.PreferredDuringSchedulingIgnoredDuringExecution {
			at := at.Child("preferredDuringSchedulingIgnoredDuringExecution").Index(i)
			between(c, at.Child("weight"), &term.Weight, 1, 100, "must be in the range 1-100")
			c.nodeTerm(at.Child("preference"), term.Preference, false)
		}
	}
	if a.PodAffinity != nil {
		c.podTerms(p.Child("podAffinity"), a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution,
			a.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if a.PodAntiAffinity != nil {
		c.podTerms(p.Child("podAntiAffinity"), a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution,
			a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution)
	}
}

// nodeTerm checks label values only where the server does: in required terms.
func (c *check) nodeTerm(p *field.Path, term corev1.NodeSelectorTerm, values bool) {
	for i, e := range term.MatchExpressions {
		at := p.Child("matchExpressions").Index(i)
		c.qualified(at.Child("key"), e.Key)
		switch e.Operator {
		case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
			c.must(len(e.Values) > 0, at.Child("values"), "must be specified when `operator` is 'In' or 'NotIn'")
		case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
			c.forbid(len(e.Values) > 0, at.Child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
		case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
			c.must(len(e.Values) == 1, at.Child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'")
		default:
			c.add(field.Invalid(at.Child("operator"), e.Operator, "not a valid selector operator"))
		}
		if values {
			for j, value := range e.Values {
				c.words(at.Child("values").Index(j), value, validation.IsValidLabelValue(value))
			}
		}
	}
	for i, e := range term.MatchFields {
		at := p.Child("matchFields").Index(i)
		c.valid(e.Key == metav1.ObjectNameField, at.Child("key"), e.Key, "not a valid field selector key")
		c.must(len(e.Values) == 1, at.Child("values"), "must be only one value")
		c.valid(e.Operator == corev1.NodeSelectorOpIn || e.Operator == corev1.NodeSelectorOpNotIn, at.Child("operator"), e.Operator,
			"not a valid selector operator")
	}
}

func (c *check) podTerms(p *field.Path, required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm) {
	for i, term := range required {
		c.podTerm(p.Child("requiredDuringSchedulingIgnoredDuringExecution").Index(i), term)
	}
	for i, term := range preferred {
		at := p.Child("preferredDuringSchedulingIgnoredDuringExecution").Index(i)
		between(c, at.Child("weight"), &term.Weight, 1, 100, "must be in the range 1-100")
		c.podTerm(at.Child("podAffinityTerm"), term.PodAffinityTerm)
	}
}

func (c *check) podTerm(p *field.Path, term corev1.PodAffinityTerm) {
	c.selector(p.Child("labelSelector"), term.LabelSelector)
	c.selector(p.Child("namespaceSelector"), term.NamespaceSelector)
	for i, name := range term.Namespaces {
		c.label(p.Child("namespaces").Index(i), name)
	}
	c.must(term.TopologyKey != "", p.Child("topologyKey"), "can not be empty")
	c.qualified(p.Child("topologyKey"), term.TopologyKey)
	c.labelKeys(p, term.MatchLabelKeys, term.LabelSelector)
	c.labelKeys(p, term.MismatchLabelKeys, term.LabelSelector)
}

// labelKeys checks keys that are taken over from the pod's own labels.
func (c *check) labelKeys(p *field.Path, keys []string, selector *metav1.LabelSelector) {
	for i, key := range keys {
		at := p.Child("matchLabelKeys").Index(i)
		c.qualified(at, key)
		c.forbid(selector == nil, p.Child("matchLabelKeys"), "must not be specified when labelSelector is not set")
	}
}

func (c *check) spread(p *field.Path, constraints []corev1.TopologySpreadConstraint) {
	seen := map[string]bool{}
	for i, s := range constraints {
		at := p.Index(i)
		c.valid(s.MaxSkew > 0, at.Child("maxSkew"), s.MaxSkew, "must be greater than zero")
		c.must(s.TopologyKey != "", at.Child("topologyKey"), "can not be empty")
		oneOfPtr(c, at.Child("whenUnsatisfiable"), &s.WhenUnsatisfiable, corev1.DoNotSchedule, corev1.ScheduleAnyway)
		c.unique(at, fmt.Sprintf("{%s, %s}", s.TopologyKey, s.WhenUnsatisfiable), seen)
		if s.MinDomains != nil {
			c.valid(*s.MinDomains > 0, at.Child("minDomains"), *s.MinDomains, "must be greater than zero")
			c.valid(s.WhenUnsatisfiable == corev1.DoNotSchedule, at.Child("minDomains"), *s.MinDomains,
				"can only use minDomains if whenUnsatisfiable=DoNotSchedule")
		}
		oneOfPtr(c, at.Child("nodeAffinityPolicy"), s.NodeAffinityPolicy, corev1.NodeInclusionPolicyIgnore,
			corev1.NodeInclusionPolicyHonor)
		oneOfPtr(c, at.Child("nodeTaintsPolicy"), s.NodeTaintsPolicy, corev1.NodeInclusionPolicyIgnore, corev1.NodeInclusionPolicyHonor)
		c.selector(at.Child("labelSelector"), s.LabelSelector)
		c.labelKeys(at, s.MatchLabelKeys, s.LabelSelector)
	}
}
