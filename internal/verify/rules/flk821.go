package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK821 is about pods that the restricted level would refuse.
func (Catalogue) FLK821() Rule {
	const pod = "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      securityContext:\n        runAsNonRoot: " +
		"true\n        runAsUser: 9999\n" +
		"        seccompProfile: {type: RuntimeDefault}\n      containers:\n      - name: flink-main-container\n        " +
		"securityContext:\n"
	const drop = "          capabilities: {drop: [ALL]}\n"
	const namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n"
	return Rule{
		Entry: diag.Entry{
			Title: "pod does not fit the restricted level", Severity: diag.Warning,
			What: "The pod templates do not set what the restricted level of pod security asks for; the message names what is " +
				"missing. EMR's image names its user by name, which `runAsNonRoot` cannot check, so EMR's pods are held to the " +
				"baseline level alone (FLK820). It is a note where the namespace is not in the input, so that its level is not known.",
			Why: "Flink needs no root and no capability, and runs whatever program it is given. A namespace that enforces the " +
				"level refuses the pods.",
			Bad: pod + drop + namespace, Good: pod + "          allowPrivilegeEscalation: false\n" + drop + namespace,
			Source: "Kubernetes documentation, Pod Security Standards, Restricted; apache/flink-docker (user 9999)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if forEMR(c) {
				return
			}
			var names []string
			var missing []lack
			for _, p := range templatePods(c) {
				found := restrictedViolations(p)
				if len(found) == 0 {
					continue
				}
				names, missing = append(names, p.Name), append(missing, found...)
			}
			if len(missing) == 0 {
				return
			}
			var severity *diag.Severity
			if !c.World.Complete && c.World.Find("Namespace", "", c.Key.Namespace) == nil {
				severity = new(diag.Info)
			}
			say(model.Problem{
				Severity: severity,
				Field:    c.Field("podTemplate", "spec"),
				Message: fmt.Sprintf("%s: the restricted level of pod security asks for %s",
					strings.Join(names, " and "), strings.Join(said(missing), "; ")),
				Hint: "set them in podTemplate; Flink's image runs as user 9999",
			})
		},
	}
}
