package spec

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The classes of WebUI.
const (
	uiOperator = "operator"
	uiALB      = "alb"
	uiNginx    = "nginx"
	uiGateway  = "gateway"
)

// annotationUnauthenticated writes down that a web interface may be open to all;
// the rule FLK860 reads it.
const annotationUnauthenticated = "helm-flink.dev/allow-unauthenticated"

// uiController is whose annotations the Ingress takes: alb, nginx, gateway, or ""
// where it is not known. The operator's Ingress is served by that of its class.
func (k *cluster) uiController() string {
	if k.Ingress.Class != uiOperator {
		return k.Ingress.Class
	}
	if name := k.Ingress.ClassName; name == uiALB || name == uiNginx {
		return name
	}
	return ""
}

// uiHost is the host with the job's name and namespace in it, as the operator
// fills its template (flink-kubernetes-operator 1.15, IngressUtils.java), without
// a path.
func (k *cluster) uiHost() string {
	host := regexp.MustCompile(`(?i)\{\{name\}\}`).ReplaceAllLiteralString(k.Ingress.Host, k.name)
	host = regexp.MustCompile(`(?i)\{\{namespace\}\}`).ReplaceAllLiteralString(host, k.team.Namespace)
	if _, rest, found := strings.Cut(host, "://"); found {
		host = rest
	}
	host, _, _ = strings.Cut(host, "/")
	return host
}

// restPort is the port of the REST Service, which is the JobManager's too.
func (k *cluster) restPort() int64 {
	port, err := strconv.ParseInt(k.FlinkConfig.Set["rest.port"], 10, 64)
	if err != nil {
		return 8081
	}
	return port
}

// webConfig shuts what a web interface that people reach should not offer.
// web.cancel.enable only hides the button. An application's REST API has no
// upload at all; a session cluster needs it, since the operator submits
// FlinkSessionJobs by /jars (apache/flink 1.20, WebMonitorEndpoint,
// DispatcherRestEndpoint, MiniDispatcherRestEndpoint; flink-kubernetes-operator
// 1.15, AbstractFlinkService.submitJobToSessionCluster).
func (k *cluster) webConfig(c config) {
	ui := k.Ingress
	if ui == nil {
		return
	}
	if !ui.Cancel {
		c.set("web.cancel.enable", "false")
	}
	switch {
	case ui.Submit != nil:
		c.set("web.submit.enable", strconv.FormatBool(*ui.Submit))
	case k.path[0] != "sessionClusters":
		c.set("web.submit.enable", "false")
	}
}

// operatorIngress is spec.ingress, from which the operator makes an Ingress; nil
// for the other classes.
func (k *cluster) operatorIngress() object {
	ui := k.Ingress
	if ui == nil || ui.Class != uiOperator {
		return nil
	}
	out := object{"template": ui.Host}
	put(out, "className", ui.ClassName)
	put(out, "annotations", k.uiAnnotations())
	put(out, "labels", anyMap(ui.Labels))
	put(out, "tls", k.uiTLS())
	return out
}

func (k *cluster) uiTLS() []any {
	if k.Ingress.TLSSecret == "" {
		return nil
	}
	return []any{object{"hosts": []any{k.uiHost()}, "secretName": k.Ingress.TLSSecret}}
}

// uiAnnotations are those of the Ingress: what the controller reads, and the
// user's over them.
func (k *cluster) uiAnnotations() object {
	out := object{}
	switch k.uiController() {
	case uiALB:
		out = k.albAnnotations()
	case uiNginx:
		if proxy := k.Ingress.Auth.OAuth2Proxy; proxy != nil {
			out["nginx.ingress.kubernetes.io/auth-url"] = proxy.URL
			put(out, "nginx.ingress.kubernetes.io/auth-signin", proxy.SignIn)
		}
	}
	if k.Ingress.AllowUnauthenticated {
		out[annotationUnauthenticated] = "true"
	}
	return override(out, anyMap(k.Ingress.Annotations))
}

// albAnnotations: the REST Service is of type ClusterIP, so that the load
// balancer's targets are the pods; it speaks HTTPS alone (AWS Load Balancer
// Controller 2.13, guide/ingress/annotations).
func (k *cluster) albAnnotations() object {
	const prefix = "alb.ingress.kubernetes.io/"
	ui := k.Ingress
	out := object{
		prefix + "scheme": ui.Scheme, prefix + "target-type": "ip", prefix + "listen-ports": `[{"HTTPS":443}]`,
	}
	put(out, prefix+"certificate-arn", ui.CertificateARN)
	put(out, prefix+"group.name", ui.Group)
	switch auth := ui.Auth; {
	case auth.OIDC != nil:
		out[prefix+"auth-type"] = "oidc"
		out[prefix+"auth-idp-oidc"] = jsonText(auth.OIDC)
	case auth.Cognito != nil:
		out[prefix+"auth-type"] = "cognito"
		out[prefix+"auth-idp-cognito"] = jsonText(map[string]string{
			"userPoolARN": auth.Cognito.UserPoolARN, "userPoolClientID": auth.Cognito.ClientID, "userPoolDomain": auth.Cognito.Domain,
		})
	}
	return out
}

// jsonText is what annotations hold; the types here have no value that JSON has
// no form for.
func jsonText(v any) string {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return ""
	}
	return strings.TrimSpace(out.String())
}

// webRoutes adds the Ingress or HTTPRoute of a cluster to the values of the
// chart.
func (k *cluster) webRoutes(ingresses, routes object) {
	ui := k.Ingress
	if ui == nil || ui.Class == uiOperator {
		return
	}
	entry := object{
		"name": k.uiName(), "namespace": k.team.Namespace,
		"labels": override(k.platform.teamLabels(k.team), anyMap(ui.Labels)),
	}
	put(entry, "annotations", k.uiAnnotations())
	id := k.team.Namespace + "/" + k.uiName()
	service := k.name + "-rest"
	if ui.Class == uiGateway {
		entry["spec"] = object{
			"parentRefs": anyList(ui.ParentRefs), "hostnames": []any{k.uiHost()},
			"rules": []any{object{"backendRefs": []any{object{"name": service, "port": k.restPort()}}}},
		}
		routes[id] = entry
		return
	}
	spec := object{
		"ingressClassName": cmp.Or(ui.ClassName, ui.Class),
		"rules": []any{object{"host": k.uiHost(), "http": object{"paths": []any{object{
			"path": "/", "pathType": "Prefix",
			"backend": object{"service": object{"name": service, "port": object{"number": k.restPort()}}},
		}}}}},
	}
	put(spec, "tls", k.uiTLS())
	entry["spec"] = spec
	ingresses[id] = entry
}

// uiName is that of our Ingress or HTTPRoute; the operator's is named as the job.
func (k *cluster) uiName() string { return k.name + "-web-ui" }

// uiKind is the kind of the object that webRoutes makes, or "".
func (k *cluster) uiKind() string {
	switch {
	case k.Ingress == nil || k.Ingress.Class == uiOperator:
		return ""
	case k.Ingress.Class == uiGateway:
		return "HTTPRoute"
	default:
		return "Ingress"
	}
}

// webSources are the namespaces and addresses from which the web interface is
// reached.
func (k *cluster) webSources() (namespaces, cidrs []string) {
	from := k.Ingress.From
	if len(from.Namespaces)+len(from.CIDRs) > 0 {
		return from.Namespaces, from.CIDRs
	}
	switch k.uiController() {
	case uiNginx:
		namespaces = []string{"ingress-nginx"}
	case uiGateway:
		for _, ref := range k.Ingress.ParentRefs {
			namespace, _ := ref["namespace"].(string)
			namespaces = append(namespaces, cmp.Or(namespace, k.team.Namespace))
		}
		slices.Sort(namespaces)
		namespaces = slices.Compact(namespaces)
	}
	return namespaces, nil
}

// webOpenings are the openings of a network policy to the web interfaces of
// clusters, by the names of their FlinkDeployments.
func webOpenings(clusters []*cluster) object {
	out := object{}
	for _, k := range clusters {
		if k.Ingress == nil {
			continue
		}
		namespaces, cidrs := k.webSources()
		if len(namespaces)+len(cidrs) == 0 {
			continue
		}
		opening := object{"ports": []any{k.restPort()}}
		put(opening, "namespaces", anyList(namespaces))
		put(opening, "cidrs", anyList(cidrs))
		for _, name := range k.deploymentNames() {
			out[name] = opening
		}
	}
	return out
}
