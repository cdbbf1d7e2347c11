package api

import (
	"fmt"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// serviceName is the rule for names of Services: from Kubernetes 1.36 (feature
// RelaxedServiceNameValidation) they may start with a digit.
func serviceName(kube version) apivalidation.ValidateNameFunc {
	if kube.reaches(36) {
		return apivalidation.NameIsDNSLabel
	}
	return apivalidation.NameIsDNS1035Label
}

func checkService(c *check, s *corev1.Service) {
	p := field.NewPath("spec")
	spec := &s.Spec
	headless := spec.ClusterIP == corev1.ClusterIPNone
	kind := spec.Type
	if kind == "" {
		kind = corev1.ServiceTypeClusterIP
	}
	oneOf(c, p.Child("type"), kind, corev1.ServiceTypeClusterIP, corev1.ServiceTypeExternalName, corev1.ServiceTypeLoadBalancer,
		corev1.ServiceTypeNodePort)
	c.must(len(spec.Ports) > 0 || headless || kind == corev1.ServiceTypeExternalName, p.Child("ports"), "")
	if headless && (kind == corev1.ServiceTypeLoadBalancer || kind == corev1.ServiceTypeNodePort) {
		c.add(field.Invalid(p.Child("clusterIP"), spec.ClusterIP, fmt.Sprintf("may not be set to 'None' for %s services", kind)))
	}
	if kind == corev1.ServiceTypeExternalName {
		c.externalName(p, spec)
	} else {
		c.clusterIPs(p, spec)
	}
	c.servicePorts(p.Child("ports"), spec, kind)
	c.labels(p.Child("selector"), spec.Selector)
	c.affinity(p, spec)
	for i, ip := range spec.ExternalIPs {
		at := p.Child("externalIPs").Index(i)
		c.ip(at, ip)
		if address, err := netip.ParseAddr(ip); err == nil {
			c.valid(!address.IsUnspecified() && !address.IsLoopback() && !address.IsLinkLocalUnicast() && !address.IsLinkLocalMulticast(),
				at, ip, "may not be unspecified, in the loopback range or in a link-local range")
		}
	}
	c.loadBalancer(p, spec, kind, s.Annotations)
	c.traffic(p, spec, kind)
}

func (c *check) externalName(p *field.Path, s *corev1.ServiceSpec) {
	const detail = "may not be set for ExternalName services"
	c.forbid(len(s.ClusterIPs) > 0 || s.ClusterIP != "", p.Child("clusterIP"), detail)
	c.forbid(len(s.IPFamilies) > 0, p.Child("ipFamilies"), detail)
	c.forbid(s.IPFamilyPolicy != nil, p.Child("ipFamilyPolicy"), detail)
	name := strings.TrimSuffix(s.ExternalName, ".")
	c.must(name != "", p.Child("externalName"), "")
	c.optional(p.Child("externalName"), name)
}

// clusterIPs leaves out that the addresses agree with the families.
func (c *check) clusterIPs(p *field.Path, s *corev1.ServiceSpec) {
	if s.ClusterIP == "" {
		c.valid(len(s.ClusterIPs) == 0, p.Child("clusterIPs"), s.ClusterIPs, "must be empty when `clusterIP` is not specified")
	} else if len(s.ClusterIPs) > 0 {
		c.valid(s.ClusterIPs[0] == s.ClusterIP, p.Child("clusterIPs"), s.ClusterIPs, "first value must match `clusterIP`")
	}
	families := map[string]bool{}
	for i := range s.IPFamilies {
		at := p.Child("ipFamilies").Index(i)
		oneOfPtr(c, at, &s.IPFamilies[i], corev1.IPv4Protocol, corev1.IPv6Protocol)
		c.unique(at, string(s.IPFamilies[i]), families)
	}
	oneOfPtr(c, p.Child("ipFamilyPolicy"), s.IPFamilyPolicy,
		corev1.IPFamilyPolicySingleStack, corev1.IPFamilyPolicyPreferDualStack, corev1.IPFamilyPolicyRequireDualStack)
	all := s.ClusterIPs
	at := func(i int) *field.Path { return p.Child("clusterIPs").Index(i) }
	if len(all) == 0 && s.ClusterIP != "" {
		all, at = []string{s.ClusterIP}, func(int) *field.Path { return p.Child("clusterIP") }
	}
	c.valid(len(all) <= 2, p.Child("clusterIPs"), all, "may only hold up to 2 values")
	for i, ip := range all {
		if i == 0 && ip == corev1.ClusterIPNone {
			c.valid(len(all) == 1, p.Child("clusterIPs"), all, "'None' must be the first and only value")
			continue
		}
		c.ip(at(i), ip)
	}
}

func (c *check) servicePorts(p *field.Path, s *corev1.ServiceSpec, kind corev1.ServiceType) {
	names, ports, nodePorts := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i, port := range s.Ports {
		at := p.Index(i)
		if port.Name != "" {
			c.label(at.Child("name"), port.Name)
			c.unique(at.Child("name"), port.Name, names)
		} else {
			c.must(len(s.Ports) == 1, at.Child("name"), "")
		}
		c.port(at.Child("port"), port.Port)
		oneOf(c, at.Child("protocol"), port.Protocol, corev1.ProtocolSCTP, corev1.ProtocolTCP, corev1.ProtocolUDP)
		if port.TargetPort != (intstr.IntOrString{}) && port.TargetPort != intstr.FromString("") {
			c.portOrName(at.Child("targetPort"), port.TargetPort)
		}
		if port.AppProtocol != nil {
			c.qualified(at.Child("appProtocol"), *port.AppProtocol)
		}
		protocol := port.Protocol
		if protocol == "" {
			protocol = corev1.ProtocolTCP
		}
		c.unique(at, fmt.Sprintf("%s %d", protocol, port.Port), ports)
		if port.NodePort != 0 {
			c.forbid(kind == corev1.ServiceTypeClusterIP, at.Child("nodePort"), "may not be used when `type` is 'ClusterIP'")
			c.unique(at.Child("nodePort"), fmt.Sprintf("%s %d", protocol, port.NodePort), nodePorts)
		}
	}
}

func (c *check) affinity(p *field.Path, s *corev1.ServiceSpec) {
	oneOf(c, p.Child("sessionAffinity"), s.SessionAffinity, corev1.ServiceAffinityClientIP, corev1.ServiceAffinityNone)
	at := p.Child("sessionAffinityConfig")
	config := s.SessionAffinityConfig
	if s.SessionAffinity == corev1.ServiceAffinityClientIP && config != nil && config.ClientIP != nil {
		between(c, at.Child("clientIP", "timeoutSeconds"), config.ClientIP.TimeoutSeconds, 1, 86400,
			"must be greater than 0 and less than 86400")
	}
}

func (c *check) loadBalancer(p *field.Path, s *corev1.ServiceSpec, kind corev1.ServiceType, annotations map[string]string) {
	is := kind == corev1.ServiceTypeLoadBalancer
	const detail = "may only be used when `type` is 'LoadBalancer'"
	at := p.Child("loadBalancerSourceRanges")
	c.forbid(!is && len(s.LoadBalancerSourceRanges) > 0, at, detail)
	for i, cidr := range s.LoadBalancerSourceRanges {
		c.cidr(at.Index(i), strings.TrimSpace(cidr))
	}
	if ranges, ok := annotations[corev1.AnnotationLoadBalancerSourceRangesKey]; ok && len(s.LoadBalancerSourceRanges) == 0 {
		at := field.NewPath("metadata", "annotations").Key(corev1.AnnotationLoadBalancerSourceRangesKey)
		c.forbid(!is, at, detail)
		for cidr := range strings.SplitSeq(ranges, ",") {
			if strings.TrimSpace(ranges) != "" {
				c.cidr(at, strings.TrimSpace(cidr))
			}
		}
	}
	c.forbid(!is && s.AllocateLoadBalancerNodePorts != nil, p.Child("allocateLoadBalancerNodePorts"), detail)
	if s.LoadBalancerClass != nil {
		c.forbid(!is, p.Child("loadBalancerClass"), detail)
		c.qualified(p.Child("loadBalancerClass"), *s.LoadBalancerClass)
	}
}

func (c *check) traffic(p *field.Path, s *corev1.ServiceSpec, kind corev1.ServiceType) {
	at := p.Child("externalTrafficPolicy")
	reachable := kind == corev1.ServiceTypeLoadBalancer || kind == corev1.ServiceTypeNodePort ||
		kind == corev1.ServiceTypeClusterIP && len(s.ExternalIPs) > 0
	if reachable {
		oneOf(c, at, s.ExternalTrafficPolicy, corev1.ServiceExternalTrafficPolicyCluster, corev1.ServiceExternalTrafficPolicyLocal)
	} else {
		c.valid(s.ExternalTrafficPolicy == "", at, s.ExternalTrafficPolicy, "may only be set for externally-accessible services")
	}
	local := kind == corev1.ServiceTypeLoadBalancer && s.ExternalTrafficPolicy == corev1.ServiceExternalTrafficPolicyLocal
	if s.HealthCheckNodePort != 0 {
		at := p.Child("healthCheckNodePort")
		c.valid(local, at, s.HealthCheckNodePort,
			"may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")
		c.port(at, s.HealthCheckNodePort)
	}
	oneOfPtr(c, p.Child("internalTrafficPolicy"), s.InternalTrafficPolicy,
		corev1.ServiceInternalTrafficPolicyCluster, corev1.ServiceInternalTrafficPolicyLocal)
	oneOfPtr(c, p.Child("trafficDistribution"), s.TrafficDistribution, corev1.ServiceTrafficDistributionPreferClose,
		corev1.ServiceTrafficDistributionPreferSameZone, corev1.ServiceTrafficDistributionPreferSameNode)
}
