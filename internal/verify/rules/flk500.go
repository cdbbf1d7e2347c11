package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK500 looks for the service account of the pods.
func (Catalogue) FLK500() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "service account is not there", Severity: diag.Error,
			What: "The service account of the JobManager or TaskManager pods is not in the input. It is a note where the input may " +
				"be a part of the " +
				"platform, and only where it has service accounts at all. With EMR's executionRoleArn the operator makes the accounts, " +
				"so none is expected.",
			Why: "The pods are refused: the API server makes no pod for an account that does not exist. The operator never checks " +
				"that it does.",
			Bad: "kind: FlinkDeployment\nspec:\n  serviceAccount: flnk\n---\n" + accountExample(),
			Good: "kind: FlinkDeployment\nspec:\n  serviceAccount: flink\n---\n" + accountExample() + "---\n" +
				roleExample("[create, delete, get, list, patch, update, watch]"),
			Source: "flink-kubernetes-operator 1.15, DefaultValidator.validateServiceAccount; Kubernetes, \"Managing Service Accounts\"",
			Flags:  []string{"--complete"},
		},
		Across: func(w *model.World) Across {
			if len(w.Kind("ServiceAccount")) == 0 && !w.Complete {
				return Across{}
			}
			all := namesOf(w)
			return Across{Cluster: func(c *model.Cluster, say model.Say) {
				for _, name := range accountsOf(c) {
					if all.has("ServiceAccount", c.Key.Namespace, name) {
						continue
					}
					similar := all.renamed("ServiceAccount", c.Key.Namespace, name, c.Key.Name)
					if similar != "" && !w.Complete {
						continue // FLK509 says it
					}
					say(noAccount(c, name, similar))
				}
			}}
		},
	}
}

func noAccount(c *model.Cluster, name, similar string) model.Problem {
	out := model.Problem{
		Subject: c.Subject, Field: accountField(c, name), Severity: absence(c.World),
		Message: "ServiceAccount " + named(c.Key.Namespace, name) + " " + notSeen(c.World),
		Hint:    "create it " + inNamespace(c.Key.Namespace) + " with a Role and a RoleBinding, or name one that is there",
	}
	switch {
	case similar != "":
		out.Hint = "there is " + similar + ": name that one"
	case strings.HasPrefix(name, emrAccount):
		out.Severity = new(diag.Info)
		out.Hint = "EMR's chart makes it if jobServiceAccount.create and rbac.jobRole.create are true; it is not rendered here"
	}
	return out
}

// accountExample is a service account in the namespace of the examples.
func accountExample() string {
	return "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: flink, namespace: team-a}\n"
}

// roleExample is a Role with verbs on what Flink needs, bound to the account flink.
func roleExample(verbs string) string {
	const meta = "metadata: {name: flink, namespace: team-a}\n"
	return "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n" + meta + "rules:\n" +
		"- {apiGroups: [\"\"], resources: [pods, configmaps], verbs: " + verbs + "}\n" +
		"- {apiGroups: [apps], resources: [deployments, deployments/finalizers], verbs: " + verbs + "}\n---\n" +
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n" + meta +
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: flink}\n" +
		"subjects: [{kind: ServiceAccount, name: flink, namespace: team-a}]\n"
}
