package rules

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK507 lets the operator see every Flink resource.
func (Catalogue) FLK507() Rule {
	const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink-operator-config, namespace: flink-operator}\n" +
		"data:\n  flink-conf.yaml: |\n" +
		"    kubernetes.operator.watched.namespaces: "
	return Rule{
		Entry: diag.Entry{
			Title: "operator does not watch the resource", Severity: diag.Error,
			What: "The operator of the input watches certain namespaces, or resources with certain labels, and a Flink resource of " +
				"the input is not among them. " +
				"It is a warning where another operator may be elsewhere.",
			Why:  "Nobody works on the resource: it gets no status, and no pod is started.",
			Bad:  config + "team-b,team-c\n---\nkind: FlinkDeployment\nspec: {serviceAccount: default}\n",
			Good: config + "team-a,team-c\n---\nkind: FlinkDeployment\nspec: {serviceAccount: default}\n",
			Source: "flink-kubernetes-operator 1.15, KubernetesOperatorConfigOptions.java, kubernetes.operator.watched.namespaces " +
				"and .label.selector",
			Flags: []string{"--complete"},
		},
		World: func(w *model.World, say model.Say) {
			namespaces := watched(w)
			selector, err := labels.Parse(w.Operator.Config.Text("kubernetes.operator.label.selector"))
			if err != nil {
				selector = labels.Everything()
			}
			for _, s := range w.Subjects {
				if s.Key.APIVersion != v1beta1.APIVersion || s.Key.Namespace == "" {
					continue
				}
				out := model.Problem{Subject: s, Severity: doubt(w)}
				switch {
				case len(namespaces) > 0 && !slices.Contains(namespaces, s.Key.Namespace):
					out.Field = []string{"metadata", "namespace"}
					out.Message = "the operator does not watch namespace " + s.Key.Namespace + ", only " + strings.Join(namespaces, ", ")
					out.Hint = "add the namespace to watchNamespaces of the operator's chart, or move the resource"
				case !selector.Matches(labels.Set(s.Labels)):
					out.Field = []string{"metadata", "labels"}
					out.Message = "the operator only watches resources with the labels " + selector.String()
					out.Hint = "give the resource the labels, or change kubernetes.operator.label.selector"
				default:
					continue
				}
				say(out)
			}
		},
	}
}

// watched lists the namespaces that the operator of the input watches; none
// stands for all, or for an operator that is not in the input. The variable
// WATCH_NAMESPACES of its container goes before its configuration
// (KubernetesOperatorConfigOptions, EnvUtils.ENV_WATCH_NAMESPACES).
func watched(w *model.World) []string {
	text := w.Operator.Config.Text("kubernetes.operator.watched.namespaces")
	for _, d := range operatorDeployments(w) {
		if d.watches != "" {
			text = d.watches
		}
	}
	var out []string
	for item := range strings.SplitSeq(text, ",") {
		switch item = strings.TrimSpace(item); item {
		case "":
		case "JOSDK_ALL_NAMESPACES", "JOSDK_WATCH_CURRENT":
			return nil
		default:
			out = append(out, item)
		}
	}
	return out
}
