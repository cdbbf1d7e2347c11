package rules

import (
	"regexp"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK508 finds two Ingresses for one address.
func (Catalogue) FLK508() Rule {
	const ingress = "spec:\n  ingress: {className: nginx, template: "
	return Rule{
		Entry: diag.Entry{
			Title: "two Ingresses for one address", Severity: diag.Warning,
			What: "Two Ingresses of one class have the same host and path: the input's own, or those that the operator makes from " +
				"spec.ingress, where " +
				"{{name}} and {{namespace}} are replaced.",
			Why: "The controller of the Ingresses serves one of the two, or refuses the second.",
			Bad: "kind: FlinkDeployment\n" + ingress + "flink.example.com/}\n---\nkind: FlinkDeployment\nmetadata: {name: payments}\n" +
				ingress + "flink.example.com/}\n",
			Good: "kind: FlinkDeployment\n" + ingress + "\"{{name}}.flink.example.com/\"}\n---\nkind: FlinkDeployment\nmetadata: " +
				"{name: payments}\n" +
				ingress + "\"{{name}}.flink.example.com/\"}\n",
			Source: "flink-kubernetes-operator 1.15, IngressUtils.java; Kubernetes, concepts/services-networking/ingress",
		},
		World: func(w *model.World, say model.Say) {
			first := map[address]*model.Subject{}
			for _, a := range addresses(w) {
				other, taken := first[a.address]
				if !taken {
					first[a.address] = a.subject
					continue
				}
				if other == a.subject || other.Key == a.subject.Key {
					continue
				}
				say(model.Problem{
					Subject: a.subject, Field: a.field,
					Message: "host " + a.host + ", path " + a.path + " is also that of " + other.Key.String(),
					Hint:    "put {{name}} and {{namespace}} into the template, or choose another host",
				})
			}
		},
	}
}

// address is what an Ingress listens to. Controllers of another class have nothing
// to do with it.
type address struct{ class, host, path string }

type addressOf struct {
	address
	subject *model.Subject
	field   []string
}

// addresses lists those of all Ingresses that have a host or a path. One that
// takes everything is left out: a controller that makes a load balancer for each
// Ingress keeps them apart.
func addresses(w *model.World) []addressOf {
	var out []addressOf
	add := func(a addressOf) {
		if a.host != "" || strings.Trim(a.path, "/") != "" {
			out = append(out, a)
		}
	}
	for _, o := range w.Kind("Ingress") {
		i, ok := decoded[networkingv1.Ingress](o)
		if !ok {
			continue
		}
		class := i.Annotations["kubernetes.io/ingress.class"]
		if i.Spec.IngressClassName != nil {
			class = *i.Spec.IngressClassName
		}
		for _, r := range i.Spec.Rules {
			if r.HTTP == nil {
				continue
			}
			for _, p := range r.HTTP.Paths {
				add(addressOf{address{class, strings.ToLower(r.Host), normalRoute(p.Path)}, o.Subject, []string{"spec", "rules"}})
			}
		}
	}
	template := func(s *model.Subject, i *v1beta1.IngressSpec, field []string) {
		if i != nil && i.Template != "" {
			host, path := expand(i.Template, s.Key.Name, s.Key.Namespace)
			add(addressOf{address{i.ClassName, host, path}, s, append(field, "ingress", "template")})
		}
	}
	for _, c := range living(w) {
		template(c.Subject, c.Spec.Ingress, c.Field())
	}
	for _, b := range w.BlueGreens {
		template(b.Subject, b.Spec.Ingress, []string{"spec"})
	}
	return out
}

// expand gives the host and the path of an ingress template.
func expand(template, name, namespace string) (host, path string) {
	for key, value := range map[string]string{"name": name, "namespace": namespace} {
		template = regexp.MustCompile(`(?i)\{\{`+key+`\}\}`).ReplaceAllLiteralString(template, value)
	}
	if _, rest, ok := strings.Cut(template, "://"); ok {
		template = rest
	}
	host, path, _ = strings.Cut(template, "/")
	host, _, _ = strings.Cut(host, ":")
	return strings.ToLower(host), normalRoute("/" + path)
}

func normalRoute(path string) string { return "/" + strings.Trim(path, "/") }
