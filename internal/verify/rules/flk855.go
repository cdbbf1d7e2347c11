package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK855 is about alerts on a Flink cluster that has another name.
func (Catalogue) FLK855() Rule {
	const alert = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: flink-orders, namespace: team-a}\nspec:\n  groups:\n" +
		"  - name: team-a/orders\n    rules:\n    - alert: FlinkJobNotRunning\n" +
		"      expr: absent(flink_jobmanager_job_runningTime{namespace=\"team-a\",app=\"%s\"} > 0)\n---\nkind: FlinkDeployment\n"
	selector := regexp.MustCompile(`flink_\w+\{namespace="([^"]*)",app=~?"([^"]*)"`)
	return Rule{
		Entry: diag.Entry{
			Title: "alerts on a Flink cluster of another name", Severity: diag.Warning,
			What: "An expression of a PrometheusRule asks for Flink's metrics of a cluster (`flink_…{namespace=\"…\",app=\"…\"}`) that is not in its namespace, while " +
				"another is whose name ends or begins so.",
			Why: "Expressions are text: what renames the cluster, such as Kustomize's `namePrefix`, does not rename it in them. Alerts on what is absent " +
				"then fire for ever, and all others never.",
			Bad: fmt.Sprintf(alert, "ders"), Good: fmt.Sprintf(alert, "orders"),
			Source: "kustomize api v0.21.2, namereference.go; internal/flink/metrics, which writes them so",
		},
		World: func(w *model.World, say model.Say) {
			for _, o := range w.Kind("PrometheusRule") {
				if name, near := misnamed(w, o, selector); near != "" {
					say(model.Problem{
						Subject: o.Subject, Field: []string{"spec", "groups"},
						Message: fmt.Sprintf("the alerts are about Flink cluster %s, which is not there, but %s is", name, near),
						Hint:    "rename the job in the values and not by an overlay, or patch the expressions in it too",
					})
				}
			}
		},
	}
}

// misnamed is a cluster that the expressions of a rule ask for, and the one that has its name with something before or behind
// it; empty if all are there, or nothing like them is.
func misnamed(w *model.World, o *model.Object, selector *regexp.Regexp) (name, near string) {
	seen := map[string]bool{}
	for _, group := range listAt(o.Data, "spec", "groups") {
		for _, rule := range listAt(group, "rules") {
			for _, m := range selector.FindAllStringSubmatch(textAt(rule, "expr"), -1) {
				if seen[m[0]] {
					continue
				}
				seen[m[0]] = true
				for cluster := range strings.SplitSeq(strings.Trim(m[2], "()"), "|") {
					if near := renamed(w, m[1], cluster+"-rest"); near != "" {
						return cluster, near
					}
				}
			}
		}
	}
	return "", ""
}
