package spec

import "github.com/helm-flink/helm-flink/internal/aws"

// annotationRegional has the pods of a service account ask STS in their own
// region, not in us-east-1 (EKS User Guide, "Configure the AWS Security Token
// Service endpoint for a service account").
const annotationRegional = "eks.amazonaws.com/sts-regional-endpoints"

// roleAnnotations are what a service account says of its role; nil without one.
func (p *Platform) roleAnnotations(role *Role) object {
	arn := p.arn(role)
	switch {
	case arn == "":
		return nil
	case p.podIdentity():
		return object{aws.AssociatedRoleAnnotation: arn}
	default:
		return object{aws.RoleAnnotation: arn, annotationRegional: "true"}
	}
}

func (p *Platform) podIdentity() bool { return p.Identity.Method == methodPodIdentity }

// serviceAccountValues are the values of the chart flink-irsa: the accounts
// that we make. For EMR jobs with a role there is none, EMR's operator makes
// theirs; an account that a job names without giving it a role is someone
// else's.
func (p *Platform) serviceAccountValues() object {
	accounts := object{}
	add := func(t *Team, name string, role *Role) {
		entry := object{"labels": p.teamLabels(t)}
		put(entry, "annotations", p.roleAnnotations(role))
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
