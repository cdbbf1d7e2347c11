package format

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/iam"
)

// foreign says that a role belongs to another account than the plan's, where a
// stack or a module of this account cannot make it, and which account, "" if
// that is not known. A role can be taken by way of an OIDC provider of its own
// account only (IAM user guide, "Create an OpenID Connect (OIDC) identity
// provider in IAM"), so that one in its trust tells; and with Pod Identity, a
// role that service accounts take without an association is not of this account.
func foreign(p iam.Plan, r iam.Role) (account string, is bool) {
	for _, s := range r.Trust.Statements {
		for _, provider := range s.Principals["Federated"] {
			if parts := strings.Split(provider, ":"); len(parts) > 4 && parts[4] != p.AccountID {
				return parts[4], true
			}
		}
	}
	return "", p.OIDCProvider == "" && len(r.Accounts) > 0 && len(r.Associations) == 0
}

// isForeign is foreign without the account.
func isForeign(p iam.Plan, r iam.Role) bool {
	_, is := foreign(p, r)
	return is
}

// own is the plan without the roles of other accounts.
func own(p iam.Plan) iam.Plan {
	var roles []iam.Role
	for _, r := range p.Roles {
		if !isForeign(p, r) {
			roles = append(roles, r)
		}
	}
	p.Roles = roles
	return p
}

// foreignComment names the roles of other accounts, which are left out.
func foreignComment(p iam.Plan) string {
	var left []string
	for _, r := range p.Roles {
		account, is := foreign(p, r)
		switch {
		case is && account != "":
			left = append(left, fmt.Sprintf("  %s of account %s", r.Name, account))
		case is:
			left = append(left, "  "+r.Name)
		}
	}
	if len(left) == 0 {
		return ""
	}
	return "\nThese roles are of another account and not in this file; their documents are in the output of -o json:\n" +
		strings.Join(left, "\n")
}
