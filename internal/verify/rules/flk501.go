package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK501 looks at the rights of the service account.
func (Catalogue) FLK501() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "service account lacks rights", Severity: diag.Error,
			What: "The service account of the pods is in the input, and the Roles and ClusterRoles that are bound to it lack verbs " +
				"without which Flink cannot " +
				"work: in native mode on pods and deployments, with high availability by Kubernetes on configmaps. It is a warning " +
				"where other bindings may be " +
				"elsewhere, and a note there if none is in the input.",
			Why: "The JobManager starts no TaskManager, or cannot keep its metadata, and says so only in its log.",
			Bad: "kind: FlinkDeployment\nspec:\n  serviceAccount: flink\n---\n" + accountExample() + "---\n" + roleExample("[get, "+
				"list]"),
			Good: "kind: FlinkDeployment\n---\n" + accountExample() + "---\n" + roleExample("[\"*\"]"),
			Source: "flink-kubernetes-operator 1.15, chart, templates/flink/_helpers.tpl; Flink 1.20, " +
				"deployment/resource-providers/native_kubernetes, RBAC",
			Flags: []string{"--complete"},
		},
		Across: func(w *model.World) Across {
			all := namesOf(w)
			known := map[[2]string]rights{}
			return Across{Cluster: func(c *model.Cluster, say model.Say) {
				for _, g := range c.Pods().Groups() {
					name := accountOf(c, g)
					if name == "" || !all.has("ServiceAccount", c.Key.Namespace, name) {
						continue
					}
					key := [2]string{c.Key.Namespace, name}
					r, done := known[key]
					if !done {
						r = rightsOf(w, c.Key.Namespace, name)
						known[key] = r
					}
					mayDo(c, g.Role, name, r, say)
				}
			}}
		},
	}
}

func mayDo(c *model.Cluster, role pods.Role, name string, r rights, say model.Say) {
	var missing []string
	for _, n := range needs(c, role) {
		if verbs := r.lacks(n); len(verbs) > 0 {
			missing = append(missing, fmt.Sprintf("%s on %s", strings.Join(verbs, ", "), n.resource))
		}
	}
	if !r.known || len(missing) == 0 {
		return
	}
	out := model.Problem{
		Subject: c.Subject, Field: accountField(c, name), Severity: doubt(c.World),
		Message: fmt.Sprintf("ServiceAccount %s lacks rights that the %s needs: %s", name, roleName(role), enumerate(missing)),
		Hint:    "add the verbs to a Role that a RoleBinding " + inNamespace(c.Key.Namespace) + " gives to the account",
	}
	if !r.bound {
		out.Severity = absence(c.World)
		out.Message = fmt.Sprintf("no RoleBinding in the input gives ServiceAccount %s what the %s needs: "+
			"%s", name, roleName(role), enumerate(missing))
	}
	say(out)
}
