package api

import (
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func checkNetworkPolicy(c *check, n *networkingv1.NetworkPolicy) {
	p := field.NewPath("spec")
	c.selector(p.Child("podSelector"), &n.Spec.PodSelector)
	for i, rule := range n.Spec.Ingress {
		c.policyRule(p.Child("ingress").Index(i), "from", rule.Ports, rule.From)
	}
	for i, rule := range n.Spec.Egress {
		c.policyRule(p.Child("egress").Index(i), "to", rule.Ports, rule.To)
	}
	c.valid(len(n.Spec.PolicyTypes) <= 2, p.Child("policyTypes"), n.Spec.PolicyTypes, "may not specify more than two policyTypes")
	for i := range n.Spec.PolicyTypes {
		oneOfPtr(c, p.Child("policyTypes").Index(i), &n.Spec.PolicyTypes[i], networkingv1.PolicyTypeIngress,
			networkingv1.PolicyTypeEgress)
	}
}

func (c *check) policyRule(p *field.Path, side string, ports []networkingv1.NetworkPolicyPort,
	peers []networkingv1.NetworkPolicyPeer) {
	for i, port := range ports {
		c.policyPort(p.Child("ports").Index(i), port)
	}
	for i, peer := range peers {
		at := p.Child(side).Index(i)
		c.selector(at.Child("podSelector"), peer.PodSelector)
		c.selector(at.Child("namespaceSelector"), peer.NamespaceSelector)
		selects := peer.PodSelector != nil || peer.NamespaceSelector != nil
		if peer.IPBlock != nil {
			c.ipBlock(at.Child("ipBlock"), peer.IPBlock)
			c.forbid(selects, at, "may not specify both ipBlock and another peer")
		}
		c.must(selects || peer.IPBlock != nil, at, "must specify a peer")
	}
}

func (c *check) policyPort(p *field.Path, port networkingv1.NetworkPolicyPort) {
	oneOfPtr(c, p.Child("protocol"), port.Protocol, corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP)
	if port.Port != nil {
		c.portOrName(p.Child("port"), *port.Port)
	}
	if port.EndPort == nil {
		return
	}
	at := p.Child("endPort")
	switch {
	case port.Port == nil:
		c.add(field.Invalid(at, *port.EndPort, "may not be specified when `port` is not specified"))
	case port.Port.Type == intstr.String:
		c.add(field.Invalid(at, *port.EndPort, "may not be specified when `port` is non-numeric"))
	default:
		c.valid(*port.EndPort >= port.Port.IntVal, at, *port.EndPort, "must be greater than or equal to `port`")
		c.port(at, *port.EndPort)
	}
}

func (c *check) ipBlock(p *field.Path, block *networkingv1.IPBlock) {
	if block.CIDR == "" {
		c.must(false, p.Child("cidr"), "")
		return
	}
	c.cidr(p.Child("cidr"), block.CIDR)
	whole, err := netip.ParsePrefix(block.CIDR)
	for i, except := range block.Except {
		at := p.Child("except").Index(i)
		c.cidr(at, except)
		part, err2 := netip.ParsePrefix(except)
		if err == nil && err2 == nil {
			c.valid(whole.Contains(part.Addr()) && whole.Bits() < part.Bits(), at, except, "must be a strict subset of `cidr`")
		}
	}
}

// checkIngress leaves the parts that an Ingress reaches by a resource alone.
func checkIngress(c *check, in *networkingv1.Ingress) {
	p := field.NewPath("spec")
	s := &in.Spec
	c.valid(len(s.Rules) > 0 || s.DefaultBackend != nil, p, "", "either `defaultBackend` or `rules` must be specified")
	if s.DefaultBackend != nil {
		c.backend(p.Child("defaultBackend"), s.DefaultBackend)
	}
	for i, rule := range s.Rules {
		at := p.Child("rules").Index(i)
		if rule.Host != "" {
			c.host(at.Child("host"), rule.Host)
			_, err := netip.ParseAddr(rule.Host)
			c.valid(err != nil, at.Child("host"), rule.Host, "must be a DNS name, not an IP address")
		}
		if rule.HTTP != nil {
			c.must(len(rule.HTTP.Paths) > 0, at.Child("http", "paths"), "")
			for j := range rule.HTTP.Paths {
				c.ingressPath(at.Child("http", "paths").Index(j), &rule.HTTP.Paths[j])
			}
		}
	}
	for i, tls := range s.TLS {
		at := p.Child("tls").Index(i)
		for j, host := range tls.Hosts {
			c.host(at.Child("hosts").Index(j), host)
		}
		c.optional(at.Child("secretName"), tls.SecretName)
	}
	if s.IngressClassName != nil {
		c.subdomain(p.Child("ingressClassName"), *s.IngressClassName)
		if old, ok := in.Annotations["kubernetes.io/ingress.class"]; ok && old != *s.IngressClassName {
			c.add(field.Invalid(field.NewPath("metadata", "annotations").Key("kubernetes.io/ingress.class"), old,
				"must match `ingressClassName` when both are specified"))
		}
	}
}

func (c *check) host(p *field.Path, host string) {
	if strings.Contains(host, "*") {
		c.words(p, host, validation.IsWildcardDNS1123Subdomain(host))
		return
	}
	c.subdomain(p, host)
}

func (c *check) ingressPath(p *field.Path, path *networkingv1.HTTPIngressPath) {
	if path.PathType == nil {
		c.must(false, p.Child("pathType"), "pathType must be specified")
		return
	}
	at := p.Child("path")
	switch *path.PathType {
	case networkingv1.PathTypeExact, networkingv1.PathTypePrefix:
		c.valid(strings.HasPrefix(path.Path, "/"), at, path.Path, "must be an absolute path")
		for _, part := range []string{"//", "/./", "/../", "%2f", "%2F"} {
			c.valid(!strings.Contains(path.Path, part), at, path.Path, "must not contain '"+part+"'")
		}
		for _, end := range []string{"/..", "/."} {
			c.valid(!strings.HasSuffix(path.Path, end), at, path.Path, "cannot end with '"+end+"'")
		}
	case networkingv1.PathTypeImplementationSpecific:
		c.valid(path.Path == "" || strings.HasPrefix(path.Path, "/"), at, path.Path, "must be an absolute path")
	default:
		oneOfPtr(c, p.Child("pathType"), path.PathType,
			networkingv1.PathTypeExact, networkingv1.PathTypeImplementationSpecific, networkingv1.PathTypePrefix)
	}
	c.backend(p.Child("backend"), &path.Backend)
}

func (c *check) backend(p *field.Path, b *networkingv1.IngressBackend) {
	switch {
	case b.Resource != nil && b.Service != nil:
		c.add(field.Invalid(p, "", "cannot set both resource and service backends"))
	case b.Resource != nil:
		c.must(b.Resource.Kind != "", p.Child("resource", "kind"), "")
		c.must(b.Resource.Name != "", p.Child("resource", "name"), "")
	case b.Service == nil:
		c.add(field.Invalid(p, "", "resource or service backend is required"))
	default:
		at := p.Child("service")
		if b.Service.Name == "" {
			c.must(false, at.Child("name"), "")
		} else {
			c.words(at.Child("name"), b.Service.Name, serviceName(c.kube)(b.Service.Name, false))
		}
		port := b.Service.Port
		switch {
		case port.Name != "" && port.Number != 0:
			c.add(field.Invalid(at.Child("port"), "", "cannot set both port name & port number"))
		case port.Name != "":
			c.words(at.Child("port", "name"), port.Name, validation.IsValidPortName(port.Name))
		case port.Number != 0:
			c.port(at.Child("port", "number"), port.Number)
		default:
			c.must(false, at.Child("port"), "port name or number is required")
		}
	}
}
