package rules

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK613 is about names that no service account can have.
func (Catalogue) FLK613() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "name that no service account can have", Severity: diag.Error,
			What: "The service account of the pods has a name that Kubernetes gives to no service account: it is longer than 253 characters, or " +
				"has others than lower case letters, digits, - and dots.",
			Why: "Neither the definition of FlinkDeployment nor the operator looks at the name. The API server refuses every pod with it, so the " +
				"job never starts.",
			Bad:    "kind: FlinkDeployment\nspec:\n  serviceAccount: Flink_Orders\n",
			Good:   "kind: FlinkDeployment\nspec:\n  serviceAccount: flink-orders\n",
			Source: "Kubernetes 1.37, pkg/apis/core/validation, ValidateServiceAccountName (a DNS subdomain)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, name := range accountsOf(c) {
				wrong := validation.IsDNS1123Subdomain(name)
				if len(wrong) == 0 || placeholder(name) != "" {
					continue
				}
				field := accountField(c, name)
				reason := "it has characters that such a name may not have, or begins or ends with one of - and ."
				if len(name) > validation.DNS1123SubdomainMaxLength {
					reason = fmt.Sprintf("it has %d characters, and may have %d", len(name), validation.DNS1123SubdomainMaxLength)
					name = name[:20] + "…"
				}
				say(model.Problem{
					Field:   field,
					Message: fmt.Sprintf("no service account can be called %q: %s", name, reason),
					Hint:    "name one of lower case letters, digits and -, such as flink",
				})
			}
		},
	}
}
