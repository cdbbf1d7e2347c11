package rules

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK513 looks for the priority class of the pods.
func (Catalogue) FLK513() Rule {
	const pod = "kind: FlinkDeployment\nspec:\n  serviceAccount: default\n  podTemplate: {spec: {priorityClassName: " +
		"streaming}}\n---\n"
	const class = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nvalue: 1000\nmetadata: {name: "
	return Rule{
		Entry: diag.Entry{
			Title: "priority class is not there", Severity: diag.Warning,
			What: "A pod template names a PriorityClass that is not in the input, which has others. It is a note where the input may be " +
				"a part of the platform.",
			Why:    "The API server refuses pods of a class that does not exist.",
			Bad:    pod + class + "streamin}\n",
			Good:   pod + class + "streaming}\n",
			Source: "Kubernetes, concepts/scheduling-eviction/pod-priority-preemption",
			Flags:  []string{"--complete"},
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			w := c.World
			if len(w.Kind("PriorityClass")) == 0 {
				return // a platform rarely brings its own
			}
			severity := new(diag.Warning)
			if !w.Complete {
				severity = new(diag.Info)
			}
			var said []string
			for _, g := range c.Pods().Groups() {
				name := g.Template.Spec.PriorityClassName
				if name == "" || strings.HasPrefix(name, "system-") || slices.Contains(said, name) ||
					w.Find("PriorityClass", "", name) != nil {
					continue
				}
				said = append(said, name)
				field := c.Field()
				templates := templatesOf(c, g.Role)
				if i := slices.IndexFunc(templates, func(t placedTemplate) bool { return t.template.Spec.PriorityClassName == name }); i >= 0 {
					field = fieldBelow(templates[i].field, "spec", "priorityClassName")
				}
				say(model.Problem{
					Field: field, Severity: severity, Message: "PriorityClass " + name + " " + notSeen(w),
					Hint: "create it, or name one that is there",
				})
			}
		},
	}
}
