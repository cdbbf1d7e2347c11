package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK841 is about variables that hide each other.
func (Catalogue) FLK841() Rule {
	const env = "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      containers:\n      - name: flink-main-container\n" +
		"        env:\n        - {name: STAGE, value: test}\n        - {name: "
	return Rule{
		Entry: diag.Entry{
			Title: "an environment variable set twice", Severity: diag.Warning,
			What: "A container of the pod templates, merged as the operator merges them, sets an environment variable twice. A value that " +
				"takes the first one up, such as `$(STAGE)-a`, is fine.",
			Why: "The API server takes it, and the last one counts: the other is there for nothing, and it is easily the one that somebody " +
				"changes.",
			Bad: env + "STAGE, value: prod}\n", Good: env + "REGION, value: eu-west-1}\n",
			Source: "Kubernetes, pkg/api/pod/warnings.go (hides previous definition); flink-kubernetes-operator 1.15, FlinkUtils.mergePodTemplates",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			said := map[string]bool{}
			for _, g := range c.Pods().Groups() {
				if len(templatesOf(c, g.Role)) == 0 {
					continue
				}
				hiddenVariables(c, g, "containers", g.Merged.Containers, said, say)
				hiddenVariables(c, g, "initContainers", g.Merged.InitContainers, said, say)
			}
		},
	}
}

// hiddenVariables names the variables of containers that are set again, at the
// later place.
func hiddenVariables(c *model.Cluster, g pods.Group, key string, of []corev1.Container, said map[string]bool, say model.Say) {
	for i, k := range of {
		for j, v := range k.Env {
			first := slices.IndexFunc(k.Env, func(o corev1.EnvVar) bool { return o.Name == v.Name })
			if first == j || v.Name == "" || strings.Contains(v.Value, "$("+v.Name+")") {
				continue
			}
			field := templateField(c, g, []string{"spec", key, strconv.Itoa(i), "env", strconv.Itoa(j), "name"})
			if id := strings.Join(field, "\n"); !said[id] {
				said[id] = true
				say(model.Problem{
					Field:   field,
					Message: fmt.Sprintf("container %s sets the variable %s a second time, and this one counts", k.Name, v.Name),
					Hint:    "take one of the two out",
				})
			}
		}
	}
}
