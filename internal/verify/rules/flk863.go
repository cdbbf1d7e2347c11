package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK863 is about a REST Service that is a load balancer itself, which asks nobody to log in.
func (Catalogue) FLK863() Rule {
	const key = "kubernetes.rest-service.exposed.type"
	const service = "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    " + key + ": %s\n"
	return Rule{
		Entry: diag.Entry{
			Title: "REST Service is a load balancer", Severity: diag.Error,
			What: "`" + key + "` is LoadBalancer: Flink's REST API and web interface get a load balancer of their own. It is a warning where " +
				"`kubernetes.rest-service.annotations` say that it is internal.",
			Why: "A load balancer for a Service knows no login, and EKS makes public ones unless it is told otherwise: anyone who finds the " +
				"address cancels jobs, and on a session cluster runs code with the role of the pods.",
			Bad: fmt.Sprintf(service, "LoadBalancer"), Good: fmt.Sprintf(service, "ClusterIP"),
			Source: "Flink 1.20, deployment/resource-providers/native_kubernetes, accessing Flink's web UI; Kubernetes documentation, Service, " +
				"internal load balancer; AWS Load Balancer Controller 2.13, guide/service/annotations",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !strings.EqualFold(c.Config.Text(key), "LoadBalancer") {
				return
			}
			annotations := restAnnotations(c)
			if slices.Contains(annotations, allowUnauthenticated+":true") {
				return
			}
			p := model.Problem{
				Field:   c.Setting(key),
				Message: "anyone who reaches this load balancer may use the REST API, and it may be public",
				Hint:    "leave it ClusterIP, and open the web interface by ingress with a login: docs/web-ui.md",
			}
			const prefix = "service.beta.kubernetes.io/aws-load-balancer-"
			if slices.Contains(annotations, prefix+"scheme:internal") || slices.Contains(annotations, prefix+"internal:true") {
				p.Severity = new(diag.Warning)
				p.Message = "anyone in the VPC who reaches this load balancer may use the REST API"
			}
			say(p)
		},
	}
}

// restAnnotations are those of the REST Service, as key:value.
func restAnnotations(c *model.Cluster) []string {
	const key = "kubernetes.rest-service.annotations"
	var out []string
	for pair := range strings.SplitSeq(c.Config.Text(key), ",") {
		name, value, _ := strings.Cut(pair, ":")
		out = append(out, strings.TrimSpace(name)+":"+strings.Trim(strings.TrimSpace(value), `"'`))
	}
	for name, setting := range c.Config {
		if rest, ok := strings.CutPrefix(name, key+"."); ok {
			out = append(out, rest+":"+strings.TrimSpace(setting.Value))
		}
	}
	return out
}
