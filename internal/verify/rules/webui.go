package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// allowUnauthenticated is the annotation of an Ingress, an HTTPRoute or a
// spec.ingress that says that a web interface may be open to all.
const allowUnauthenticated = "helm-flink.dev/allow-unauthenticated"

const (
	albScheme = "alb.ingress.kubernetes.io/scheme"
	albCIDRs  = "alb.ingress.kubernetes.io/inbound-cidrs"
)

// webWay is one way to the web interface of a Flink cluster, and so to its REST
// API.
type webWay struct {
	subject     *model.Subject
	annotations map[string]string
	// at is where the annotations stand, field what the way is made by.
	at, field []string
	// route is true for an HTTPRoute, whose gateway does what annotations do.
	route bool
	// cluster is the FlinkDeployment behind it, nil if the input has none.
	cluster *model.Cluster
}

// eachWebWay gives every Ingress and HTTPRoute of the input to the REST Service of a Flink cluster, <name>-rest.
func eachWebWay(w *model.World, yield func(webWay)) {
	for _, kind := range []string{"Ingress", "HTTPRoute"} {
		for _, o := range w.Kind(kind) {
			for _, name := range backends(o.Data["spec"]) {
				way := webWay{
					subject: o.Subject, annotations: o.Annotations, at: []string{"metadata", "annotations"}, field: []string{"spec", "rules"},
					route: kind == "HTTPRoute", cluster: w.Cluster(o.Key.Namespace, strings.TrimSuffix(name, "-rest")),
				}
				if way.cluster != nil || strings.HasSuffix(name, "-rest") {
					yield(way)
					break
				}
			}
		}
	}
}

// backends are the names of the Services that an Ingress or an HTTPRoute leads to.
func backends(spec any) []string {
	var out []string
	add := func(name string) {
		if strings.HasSuffix(name, "-rest") {
			out = append(out, name)
		}
	}
	add(textAt(spec, "defaultBackend", "service", "name"))
	for _, rule := range listAt(spec, "rules") {
		for _, path := range listAt(rule, "http", "paths") {
			add(textAt(path, "backend", "service", "name"))
		}
		for _, ref := range listAt(rule, "backendRefs") {
			add(textAt(ref, "name"))
		}
	}
	return out
}

// ingressOf is the way of a spec.ingress; nil without one.
func ingressOf(s *model.Subject, spec *v1beta1.IngressSpec, c *model.Cluster, at ...string) *webWay {
	if spec == nil {
		return nil
	}
	return &webWay{
		subject: s, annotations: spec.Annotations, at: append(slices.Clone(at), "annotations"), field: at, cluster: c,
	}
}

// public reports whether the way is known to be open to the internet: a load
// balancer with public addresses that takes calls from everywhere (AWS Load
// Balancer Controller 2.13, guide/ingress/annotations; the default scheme is
// internal).
func (w *webWay) public() bool {
	if w.annotations[albScheme] != "internet-facing" {
		return false
	}
	cidrs := w.annotations[albCIDRs]
	return cidrs == "" || strings.Contains(cidrs, "0.0.0.0/0") || strings.Contains(cidrs, "::/0")
}

// open reports whether nothing of the way asks who calls, and nobody wrote down
// that this is meant. Any annotation about authentication counts, but that which
// lets the others through.
func (w *webWay) open() bool {
	if w.annotations[allowUnauthenticated] == "true" {
		return false
	}
	if w.annotations["alb.ingress.kubernetes.io/auth-on-unauthenticated-request"] == "allow" {
		return true
	}
	for _, key := range slices.Sorted(maps.Keys(w.annotations)) {
		_, name, _ := strings.Cut(key, "/")
		asks := strings.HasPrefix(name, "auth-") || strings.HasPrefix(name, "jwt-") || strings.Contains(name, "middlewares") ||
			name == "enable-global-auth"
		if asks && w.annotations[key] != "" && w.annotations[key] != "none" && w.annotations[key] != "false" {
			return false
		}
	}
	return true
}

// what says what a caller can do.
func (w *webWay) what() string {
	const less, more = "cancel jobs, and read configuration and logs", "run any code with the role of its pods"
	switch {
	case w.cluster == nil:
		return less + "; if it is a session cluster's, " + more
	case w.cluster.Session():
		return more + ", since a session cluster takes jobs through its REST API"
	default:
		return less
	}
}

// openWays judges the ways that are open; the rules differ in which of them they flag.
func openWays(flags func(*webWay) bool, tell func(*webWay) model.Problem) func(*model.World) Across {
	return func(w *model.World) Across {
		judge := func(way *webWay, say model.Say) {
			if way != nil && way.open() && flags(way) {
				p := tell(way)
				p.Subject = way.subject
				say(p)
			}
		}
		return Across{
			Cluster: func(c *model.Cluster, say model.Say) {
				judge(ingressOf(c.Subject, c.Spec.Ingress, c, c.Field("ingress")...), say)
			},
			BlueGreen: func(b *model.BlueGreen, say model.Say) {
				judge(ingressOf(b.Subject, b.Spec.Ingress, b.Template, "spec", "ingress"), say)
			},
			Done: func(say model.Say) { eachWebWay(w, func(way webWay) { judge(&way, say) }) },
		}
	}
}
