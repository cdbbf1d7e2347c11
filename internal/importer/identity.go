package importer

import (
	"cmp"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
)

// identities gives teams and jobs their roles and accounts: what most jobs of a
// team have is the team's.
func (d *Draft) identities() {
	for namespace, key := range d.teamOf {
		team := d.teams[key]
		var roles, accounts []string
		for _, e := range d.entries {
			if e.id.Namespace == namespace && e.spec != nil {
				roles = append(roles, d.roleName(e.role))
				accounts = append(accounts, e.account)
			}
		}
		d.teamIdentity(namespace, team, most(roles), most(accounts))
		for _, e := range d.entries {
			if e.id.Namespace == namespace && e.spec != nil {
				d.identity(e, team)
			}
		}
	}
}

func (d *Draft) teamIdentity(namespace string, team object, role, account string) {
	if role != "" {
		team["role"] = d.roleValue(role)
		return
	}
	if account == "" {
		account = "flink"
	}
	if account != "flink" {
		team["serviceAccount"] = account
	}
	if arn := d.accountRole(namespace, account); arn != "" {
		team["role"] = d.roleValue(arn)
	}
}

// accountRole is the role that a service account of the input names; "" for none.
func (d *Draft) accountRole(namespace, name string) string {
	account, ok := d.find("ServiceAccount", namespace, name)
	if !ok {
		return ""
	}
	return d.roleName(cmp.Or(textAt(account.Data, "metadata", "annotations", aws.RoleAnnotation),
		textAt(account.Data, "metadata", "annotations", aws.AssociatedRoleAnnotation)))
}

// identity says what a job has that its team has not.
func (d *Draft) identity(e *entry, team object) {
	if role := d.roleName(e.role); role != "" && !equal(d.roleValue(role), team["role"]) {
		e.values["role"] = d.roleValue(role)
	}
	if e.account == "" || d.emr && team["role"] == nil || e.role != "" {
		put(e.values, e.account, "serviceAccount")
		return
	}
	inherited := cmp.Or(textAt(team, "serviceAccount"), "flink")
	if d.emr || e.account != inherited {
		e.values["serviceAccount"] = e.account
		if arn := d.accountRole(e.id.Namespace, e.account); arn != "" {
			e.values["role"] = d.roleValue(arn)
			if e.account == "flink-"+e.id.Name && !d.emr {
				delete(e.values, "serviceAccount") // that is the name it gets
			}
		}
	}
}

// roleName is the ARN of a role, or its name where the ARN has a placeholder for
// its account; "" for what is neither.
func (d *Draft) roleName(arn string) string {
	if arn == "" || aws.CheckRoleARN(arn) == "" {
		return arn
	}
	account, name, ok := strings.Cut(arn, ":role/")
	if ok && strings.HasPrefix(account, "arn:") && !strings.ContainsAny(name, "$<>{}/ ") {
		return name
	}
	return ""
}

// roleValue is the role by its name where that says all, else by its ARN.
func (d *Draft) roleValue(arn string) object {
	if !strings.HasPrefix(arn, "arn:") {
		return object{"name": arn}
	}
	name := aws.RoleName(arn)
	if aws.RoleARN(textAt(d.top, "cluster", "region"), textAt(d.top, "cluster", "accountId"), name) == arn {
		return object{"name": name}
	}
	return object{"arn": arn}
}
