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
		Across: func(w *model.World) Across {
			taken := map[address]*model.Subject{}
			var twice []model.Problem
			for _, o := range w.Kind("Ingress") {
				for _, a := range addressesOf(o) {
					claim(taken, a, func(p model.Problem) { twice = append(twice, p) })
				}
			}
			template := func(s *model.Subject, i *v1beta1.IngressSpec, field []string, say model.Say) {
				if i != nil && i.Template != "" {
					host, path := expand(i.Template, s.Key.Name, s.Key.Namespace)
					claim(taken, addressOf{address{i.ClassName, host, path}, s, append(field, "ingress", "template")}, say)
				}
			}
			return Across{
				Cluster: func(c *model.Cluster, say model.Say) { template(c.Subject, c.Spec.Ingress, c.Field(), say) },
				BlueGreen: func(b *model.BlueGreen, say model.Say) {
					template(b.Subject, b.Spec.Ingress, []string{"spec"}, say)
				},
				Done: func(say model.Say) {
					for _, p := range twice {
						say(p)
					}
				},
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

// claim says if an address is somebody else's already. One that takes everything
// is nobody's: a controller that makes a load balancer for each Ingress keeps
// them apart.
func claim(taken map[address]*model.Subject, a addressOf, say model.Say) {
	if a.host == "" && strings.Trim(a.path, "/") == "" {
		return
	}
	other, found := taken[a.address]
	if !found {
		taken[a.address] = a.subject
		return
	}
	if other == a.subject || other.Key == a.subject.Key {
		return
	}
	say(model.Problem{
		Subject: a.subject, Field: a.field,
		Message: "host " + a.host + ", path " + a.path + " is also that of " + other.Key.String(),
		Hint:    "put {{name}} and {{namespace}} into the template, or choose another host",
	})
}

// addressesOf lists the addresses of an Ingress.
func addressesOf(o *model.Object) []addressOf {
	i, ok := decoded[networkingv1.Ingress](o)
	if !ok {
		return nil
	}
	class := i.Annotations["kubernetes.io/ingress.class"]
	if i.Spec.IngressClassName != nil {
		class = *i.Spec.IngressClassName
	}
	var out []addressOf
	for _, r := range i.Spec.Rules {
		if r.HTTP == nil {
			continue
		}
		for _, p := range r.HTTP.Paths {
			out = append(out, addressOf{address{class, strings.ToLower(r.Host), normalRoute(p.Path)}, o.Subject, []string{"spec", "rules"}})
		}
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
