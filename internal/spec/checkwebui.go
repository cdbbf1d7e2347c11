package spec

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// webUI says what of an ingress contradicts itself or cannot be derived. Whether
// it is safe is judged on the objects.
func (c *checker) webUI(k *cluster) {
	ui := k.Ingress
	if ui == nil {
		return
	}
	at := func(keys ...string) []string { return c.given(k, append([]string{"ingress"}, keys...)...) }
	if ui.Host == "" {
		c.fail(diag.CodeCannotDerive, at(), "an ingress needs a host name",
			`set host, for example "{{name}}.{{namespace}}.flink.example.com"`)
	}
	if ui.Class != uiOperator && strings.Contains(ui.Host, "/") {
		c.fail(diag.CodeDisagreement, at("host"), "only the operator's Ingress takes a path behind the host",
			"write the host's name alone")
	}
	if k.path[0] == "blueGreen" && ui.Class != uiOperator {
		c.fail(diag.CodeDisagreement, at("class"),
			"a blue/green deployment changes its Service with its colour, and only the operator's Ingress follows", "set class: operator")
	}
	if ui.Class == uiGateway && len(ui.ParentRefs) == 0 {
		c.fail(diag.CodeCannotDerive, at(), "an HTTPRoute joins a gateway, and none is named",
			"set parentRefs, for example [{name: internal, namespace: gateways}]")
	}
	c.webAuth(k, at)
	c.webSources(k, at)
}

// webAuth says which ways to log in the controller does not have.
func (c *checker) webAuth(k *cluster, at func(...string) []string) {
	auth, controller := k.Ingress.Auth, k.uiController()
	given := 0
	for _, one := range []struct {
		key  string
		on   bool
		with string
	}{
		{"oidc", auth.OIDC != nil, uiALB}, {"cognito", auth.Cognito != nil, uiALB}, {"oauth2Proxy", auth.OAuth2Proxy != nil, uiNginx},
	} {
		if !one.on {
			continue
		}
		given++
		if controller != one.with {
			c.fail(diag.CodeDisagreement, at("auth", one.key),
				fmt.Sprintf("%s has an effect with %s alone, so that nobody would be asked to log in", one.key, one.with),
				"use class "+one.with+", or write the annotations of your controller under annotations")
		}
	}
	if given > 1 {
		c.fail(diag.CodeDisagreement, at("auth"), "more than one way to log in is given",
			"keep one; null takes away what a layer below gives")
	}
	if k.Ingress.TLSSecret != "" && controller == uiALB {
		c.fail(diag.CodeDisagreement, at("tlsSecret"), "the load balancer takes its certificate from ACM, not from a Secret",
			"set certificateArn, or leave both out: the certificate is then found by its host name")
	}
	if k.Ingress.CertificateARN != "" && controller != uiALB {
		c.fail(diag.CodeDisagreement, at("certificateArn"), "only the load balancer of alb takes a certificate from ACM",
			"use class alb, or tlsSecret")
	}
}

// webSources says that the network policy would let nobody in.
func (c *checker) webSources(k *cluster, at func(...string) []string) {
	namespaces, cidrs := k.webSources()
	if !k.team.NetworkPolicy.Enabled || len(namespaces)+len(cidrs) > 0 {
		return
	}
	hint := "set from.namespaces to the namespace of the controller's pods"
	if k.uiController() == uiALB {
		hint = "set from.cidrs to the subnets of the load balancer, which sends from its own addresses there"
	}
	c.fail(diag.CodeCannotDerive, at(),
		"the team's network policy lets nobody in to the JobManager but the operator, and who serves the ingress is not known", hint)
}
