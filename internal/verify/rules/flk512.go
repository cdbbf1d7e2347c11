package rules

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	policyv1 "k8s.io/api/policy/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK512 lets autoscalers and disruption budgets find their cluster.
func (Catalogue) FLK512() Rule {
	const hpa = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: orders, namespace: team-a}\n" +
		"spec:\n  maxReplicas: 4\n" +
		"  scaleTargetRef: {apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, name: "
	const reactive = "---\nkind: FlinkDeployment\nspec: {mode: standalone, serviceAccount: default}\n"
	return Rule{
		Entry: diag.Entry{
			Title: "autoscaler or budget for a cluster that is not there", Severity: diag.Warning,
			What: "A HorizontalPodAutoscaler scales a FlinkDeployment, or a PodDisruptionBudget selects the pods of one by label " +
				"app, and no FlinkDeployment of " +
				"that name is in the namespace. It is a note where the input may be a part of the platform.",
			Why:    "The one does not scale and the other protects nothing, and neither says so.",
			Bad:    hpa + "basic}\n" + reactive,
			Good:   hpa + "orders}\n" + reactive,
			Source: "flink-kubernetes-operator 1.15, examples/hpa/basic-hpa.yaml, whose target is not the name in basic-reactive.yaml",
			Flags:  []string{"--complete"},
		},
		Across: func(w *model.World) Across {
			severity := new(diag.Warning)
			if !w.Complete {
				severity = new(diag.Info)
			}
			apps := podNames{}
			if len(w.Kind("PodDisruptionBudget")) == 0 {
				apps = nil
			}
			return Across{Cluster: apps.see, Done: func(say model.Say) {
				say = withSeverity(say, severity)
				scaledClusters(w, say)
				apps.guarded(w, say)
			}}
		},
	}
}

// withSeverity gives every problem a severity.
func withSeverity(say model.Say, severity *diag.Severity) model.Say {
	return func(p model.Problem) {
		p.Severity = severity
		say(p)
	}
}

// scaledClusters looks for the clusters that autoscalers name.
func scaledClusters(w *model.World, say model.Say) {
	all := namesOf(w)
	for _, o := range w.Kind("HorizontalPodAutoscaler") {
		h, ok := decoded[autoscalingv2.HorizontalPodAutoscaler](o)
		if !ok || h.Spec.ScaleTargetRef.Kind != v1beta1.KindFlinkDeployment {
			continue
		}
		target := h.Spec.ScaleTargetRef
		if all.has(target.Kind, o.Key.Namespace, target.Name) ||
			!w.Complete && all.has(target.Kind, "", target.Name) { // whoever applies it says the namespace
			continue
		}
		say(model.Problem{
			Subject: o.Subject, Field: []string{"spec", "scaleTargetRef", "name"},
			Message: "FlinkDeployment " + named(o.Key.Namespace, target.Name) + " " + notSeen(w),
			Hint:    "name a FlinkDeployment of the namespace",
		})
	}
}

// podNames are the labels app of the pods of all clusters, with their namespaces;
// nil if nobody asks.
type podNames map[manifest.Key]bool

func (n podNames) see(c *model.Cluster, _ model.Say) {
	if n == nil {
		return
	}
	n[manifest.Key{Namespace: c.Key.Namespace, Name: c.PodName()}] = true
	if c.BlueGreen {
		n[manifest.Key{Namespace: c.Key.Namespace, Name: c.Key.Name + "-green"}] = true
	}
}

// guarded looks for the clusters whose pods disruption budgets select.
func (n podNames) guarded(w *model.World, say model.Say) {
	for _, o := range w.Kind("PodDisruptionBudget") {
		b, ok := decoded[policyv1.PodDisruptionBudget](o)
		if !ok || b.Spec.Selector == nil {
			continue
		}
		app, role := b.Spec.Selector.MatchLabels["app"], b.Spec.Selector.MatchLabels["component"]
		if role != "jobmanager" && role != "taskmanager" || app == "" || n[manifest.Key{Namespace: o.Key.Namespace, Name: app}] {
			continue
		}
		say(model.Problem{
			Subject: o.Subject, Field: []string{"spec", "selector", "matchLabels", "app"},
			Message: "no FlinkDeployment of the input has pods with label app=" + app,
			Hint:    "the label app is the name of the FlinkDeployment",
		})
	}
}
