package spec

// annotationRole is how EKS binds a service account to an IAM role (EKS User
// Guide, "IAM roles for service accounts").
const annotationRole = "eks.amazonaws.com/role-arn"

// serviceAccountValues are the values of the chart flink-irsa: the accounts
// that we make. For EMR jobs with a role there is none, EMR's operator makes
// theirs; an account that a job names without giving it a role is someone
// else's.
func (p *Platform) serviceAccountValues() object {
	accounts := object{}
	add := func(t *Team, name string, role *Role) {
		entry := object{"labels": p.teamLabels(t)}
		if arn := p.arn(role); arn != "" {
			entry["annotations"] = object{annotationRole: arn}
		}
		namespace, _ := accounts[t.Namespace].(object)
		if namespace == nil {
			namespace = object{}
			accounts[t.Namespace] = namespace
		}
		namespace[name] = entry
	}
	for _, key := range sortedKeys(p.Teams) {
		t := p.Teams[key]
		if !p.emr() || t.Role == nil {
			add(t, t.ServiceAccount, t.Role)
		}
	}
	for _, k := range p.clusters() {
		if name := k.serviceAccount(); name != "" && k.Role != nil {
			add(k.team, name, k.Role)
		}
	}
	return object{"commonLabels": p.commonLabels(), "serviceAccounts": accounts}
}
