package format

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/iam"
)

// inlineLimit is how many characters without white space the inline policies of
// a role may have in all. Source: IAM user guide, "IAM and STS quotas".
const inlineLimit = 10240

// eksctl writes eksctl's part of the plan, or a complete cluster. Source of all
// keys: eksctl 0.215, pkg/apis/eksctl.io/v1alpha5/assets/schema.json. The error
// says why eksctl can make none of the roles, when a file would say nothing.
func eksctl(p iam.Plan, o Options) ([]byte, error) {
	if o.Cluster {
		return newCluster(p, o)
	}
	var accounts, associations list
	var left []string
	for _, r := range p.Roles {
		made, reason := byEksctl(p, r)
		if reason != "" {
			left = append(left, r.Name+": "+reason)
		}
		switch {
		case len(r.Associations) > 0 && made:
			associations = append(associations, ownAssociation(p, r))
		case len(r.Associations) > 0:
			associations = append(associations, foreignAssociations(p, r)...)
		case made:
			accounts = append(accounts, serviceAccount(p, r))
		}
	}
	identity := object{}
	if len(accounts) > 0 {
		identity = append(identity, field{"withOIDC", true}, field{"serviceAccounts", accounts})
	}
	identity = identity.with("podIdentityAssociations", associations)
	if len(p.Roles) == 0 {
		return nil, fmt.Errorf("the cluster %s gets no roles, which is all that %s could make", p.Cluster, Eksctl)
	}
	if len(identity) == 0 {
		return nil, fmt.Errorf("eksctl can make none of the %d roles, %s and %s can: %s",
			len(left), CloudFormation, Terraform, strings.Join(left, "; "))
	}
	doc := object{
		{"apiVersion", "eksctl.io/v1alpha5"}, {"kind", "ClusterConfig"},
		{"metadata", object{{"name", p.Cluster}, {"region", p.Region}}},
	}.with("iam", identity)
	return encodeYAML(fragmentComment(p, len(accounts) > 0, len(associations) > 0, left), doc)
}

// byEksctl says whether eksctl can make a role, and if not, why. It makes one
// role for one service account and writes the trust itself; a role for two, as
// EMR's JobManagers and TaskManagers share one, it can only refer to.
func byEksctl(p iam.Plan, r iam.Role) (made bool, reason string) {
	switch {
	case isForeign(p, r):
		return false, "of another account"
	case len(r.Accounts) == 0:
		return false, "taken by no service account"
	case len(r.Accounts) > 1:
		return false, "taken by more than one service account, and eksctl makes a role for one"
	case r.Path != "/":
		return false, "eksctl makes no roles with a path"
	case len(r.Policies) == 0 && len(r.Managed) == 0:
		return false, "without permissions, and eksctl makes no such role"
	case size(merged(r)) > inlineLimit:
		return false, fmt.Sprintf("its permissions are over the %d characters of inline policies", inlineLimit)
	}
	return true, ""
}

// merged is one document of all policies of a role: eksctl takes one. A Sid that
// an earlier policy has gets a number, since IAM wants each once in a document.
func merged(r iam.Role) iam.Document {
	var all iam.Document
	taken := map[string]bool{}
	for _, policy := range r.Policies {
		for _, s := range policy.Document.Statements {
			for own, n := s.Sid, 2; s.Sid != "" && taken[s.Sid]; n++ {
				s.Sid = fmt.Sprintf("%s%d", own, n)
			}
			taken[s.Sid] = true
			all.Statements = append(all.Statements, s)
		}
	}
	return all
}

// size is how many characters a document has without white space between them.
func size(d iam.Document) int {
	n := 0
	for line := range bytes.Lines(encodeJSON(document(d))) {
		n += len(bytes.TrimSpace(line))
	}
	return n
}

// serviceAccount is a role for one service account by OIDC. The chart makes the
// service account, hence roleOnly.
func serviceAccount(p iam.Plan, r iam.Role) object {
	account := object{
		{"metadata", object{{"name", r.Accounts[0].Name}, {"namespace", r.Accounts[0].Namespace}}},
		{"roleName", r.Name}, {"roleOnly", true},
	}.with("attachPolicyARNs", strings2list(r.Managed))
	if len(r.Policies) > 0 {
		account = append(account, field{"attachPolicy", document(merged(r))})
	}
	return account.with("tags", sortedTags(p))
}

// ownAssociation is an association with a role that eksctl makes.
func ownAssociation(p iam.Plan, r iam.Role) object {
	a := association(r.Associations[0])
	a = append(a, field{"roleName", r.Name}).with("permissionPolicyARNs", strings2list(r.Managed))
	if len(r.Policies) > 0 {
		a = append(a, field{"permissionPolicy", document(merged(r))})
	}
	return a.with("tags", sortedTags(p))
}

// foreignAssociations are associations with a role that is there already.
func foreignAssociations(p iam.Plan, r iam.Role) list {
	var out list
	for _, a := range r.Associations {
		out = append(out, append(association(a), field{"roleARN", roleARN(p, r)}).with("tags", sortedTags(p)))
	}
	return out
}

// association names the service account of an association.
func association(a iam.Association) object {
	return object{{"namespace", a.Namespace}, {"serviceAccountName", a.Name}}
}

// trustNote says how the trust that eksctl writes differs from the plan's.
func trustNote(associations bool) string {
	if associations {
		return ",\nwithout the conditions on the cluster and the service accounts that the other formats have"
	}
	return ""
}

// fragmentComment says how the fragment is used and what is not in it.
func fragmentComment(p iam.Plan, accounts, associations bool, left []string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "Roles of the Flink platform on the EKS cluster %s.\n", p.Cluster)
	if accounts {
		out.WriteString("\n  eksctl create iamserviceaccount -f cluster-config.yaml --approve\n")
	}
	if associations {
		out.WriteString("\n  eksctl create podidentityassociation -f cluster-config.yaml\n")
	}
	if accounts || associations {
		out.WriteString("\neksctl writes the trust of the roles that it makes by itself" + trustNote(associations) + ".")
		out.WriteString(prerequisite(p) + "\n")
	}
	if len(left) > 0 {
		fmt.Fprintf(&out, "\neksctl cannot make these roles; CloudFormation and Terraform can:\n  %s\n", strings.Join(left, "\n  "))
	}
	if len(p.Buckets)+len(p.LogGroups) > 0 || p.Queue != nil {
		out.WriteString("\nBuckets, log groups and queues are not eksctl's business either.\n")
	}
	return out.String()
}
