package iam

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
)

// New derives the AWS objects of a platform. A role that several workloads name
// is one role, which all of their accounts take and which may do what any of
// them needs; so a team's role is given once, and a job with a role of its own
// has it for itself.
func New(in Input) (Plan, []Problem) {
	p := Plan{
		Partition: aws.Partition(in.Cluster.Region), Region: in.Cluster.Region, AccountID: in.Cluster.AccountID,
		Cluster: in.Cluster.Name, Kubernetes: in.Cluster.Kubernetes, Tags: in.Tags,
	}
	if in.Method == IRSA {
		p.OIDCProvider = in.Cluster.OIDCProvider
	}
	var problems []Problem
	byRole := map[string][]Workload{}
	for _, w := range in.Workloads {
		if w.RoleARN == "" {
			problems = append(problems, Problem{
				Kind: NoRole, Workload: w.ID, Message: "no IAM role is known for " + w.ID + ", so none is drawn",
				Hint: "its service account belongs to someone else; give it a role in the values to have it drawn",
			})
			continue
		}
		byRole[w.RoleARN] = append(byRole[w.RoleARN], w)
	}
	for arn, workloads := range byRole {
		role := newRole(in, arn, workloads)
		problems = append(problems, judge(in, arn, role)...)
		p.Roles = append(p.Roles, role)
	}
	if in.NodeRole != "" {
		p.Roles = append(p.Roles, nodeRole(in, p.Partition))
	}
	slices.SortFunc(p.Roles, func(a, b Role) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Path, b.Path)) })
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.Role, b.Role), strings.Compare(a.Workload, b.Workload), cmp.Compare(a.Kind, b.Kind))
	})
	p.Buckets = buckets(in)
	p.LogGroups = logGroups(in)
	if in.Queue != "" {
		p.Queue = &Queue{Name: in.Queue}
	}
	return p, problems
}

// newRole is the role of these workloads.
func newRole(in Input, arn string, workloads []Workload) Role {
	name, path := roleName(arn)
	r := Role{Name: name, Path: path, ARN: arn, Purpose: ForOperator}
	perms := newPermissions(in)
	for _, w := range workloads {
		r.Accounts = append(r.Accounts, w.Accounts...)
		perms.uses(w.Uses)
		perms.access(w.Access)
		if w.Purpose == ForJobs {
			r.Purpose = ForJobs
			r.Team = cmp.Or(r.Team, w.Team)
		}
	}
	if len(workloads) == 1 { // a role that others share is theirs by name
		r.Purpose = workloads[0].Purpose
	}
	slices.SortFunc(r.Accounts, func(a, b ServiceAccount) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	r.Accounts = slices.Compact(r.Accounts)
	switch r.Purpose {
	case ForJobs:
		r.Description = "Flink jobs of team " + r.Team + " on the EKS cluster " + in.Cluster.Name
	case ForMetrics:
		r.Description = "Prometheus of the EKS cluster " + in.Cluster.Name + ", which writes to a workspace"
	default:
		r.Description = "Flink operator of the EKS cluster " + in.Cluster.Name
	}
	r.Trust = trust(in.Cluster, in.Method, arn, r.Accounts)
	r.Policies = policies(name, r.Description, perms.statements())
	if in.Method == PodIdentity && aws.AccountOf(arn) == in.Cluster.AccountID {
		for _, a := range r.Accounts {
			r.Associations = append(r.Associations, Association{a})
		}
	}
	return r
}

// roleName parts a role's ARN into its name and its path.
func roleName(arn string) (name, path string) {
	name = aws.RoleName(arn)
	_, rest, _ := strings.Cut(arn, ":role")
	return name, strings.TrimSuffix(rest, name)
}

// judge says what AWS would not take of a role.
func judge(in Input, arn string, r Role) []Problem {
	var out []Problem
	if n := len(r.Policies); n > maxPolicies {
		out = append(out, Problem{
			Kind: TooManyPolicies, Role: arn,
			Message: fmt.Sprintf("the role %s needs %d policies of %d characters, and a role has %d at most",
				r.Name, n, maxPolicy, maxPolicies),
			Hint: "give some of its jobs a role of their own, or have the quota of managed policies for a role raised",
		})
	}
	if n := r.Trust.Size(); n > maxTrust {
		out = append(out, Problem{
			Kind: TrustTooLong, Role: arn,
			Message: fmt.Sprintf("the trust policy of the role %s has %d characters, and IAM takes %d by default", r.Name, n, maxTrust),
			Hint:    "let fewer service accounts share the role, or have the quota of its length raised",
		})
	}
	if aws.AccountOf(arn) != in.Cluster.AccountID {
		out = append(out, foreign(in, arn, r))
	}
	return out
}

// foreign says what a role of another account needs.
func foreign(in Input, arn string, r Role) Problem {
	where := fmt.Sprintf("the role %s is in account %s, and the cluster in %s", r.Name, aws.AccountOf(arn), in.Cluster.AccountID)
	if in.Method == PodIdentity {
		return Problem{
			Kind: ForeignRole, Role: arn, Message: where + ", whose roles alone EKS Pod Identity gives to pods",
			Hint: "use a role of the cluster's account, and let it take the other role, or set identity.method: irsa",
		}
	}
	return Problem{
		Kind: ForeignRole, Role: arn, Message: where + ": its account needs an OIDC provider for the cluster's issuer",
		Hint: "make it there: aws iam create-open-id-connect-provider --url https://" + in.Cluster.OIDCProvider +
			" --client-id-list " + audience,
	}
}

// nodeRole is the role of the nodes that Karpenter starts, with the policies that
// Karpenter's own template attaches (Karpenter 1.x, getting started,
// cloudformation.yaml, KarpenterNodeRole).
func nodeRole(in Input, partition string) Role {
	r := Role{
		Name: in.NodeRole, Path: "/", Purpose: ForNodes, InstanceProfile: in.InstanceProfile,
		Description: "nodes that Karpenter starts for the EKS cluster " + in.Cluster.Name,
		Trust:       serviceTrust("ec2." + DNSSuffix(partition)),
	}
	for _, name := range []string{
		"AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonSSMManagedInstanceCore",
	} {
		r.Managed = append(r.Managed, "arn:"+partition+":iam::aws:policy/"+name)
	}
	return r
}

// buckets gives each bucket once, with its key.
func buckets(in Input) []Bucket {
	out := slices.Clone(in.Buckets)
	for i, b := range out {
		out[i].KMSKeyARN = cmp.Or(b.KMSKeyARN, in.BucketKeys[b.Name])
		slices.SortFunc(out[i].Expiring, func(a, b Expiry) int { return strings.Compare(a.ID, b.ID) })
	}
	slices.SortFunc(out, func(a, b Bucket) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// logGroups gives each log group that a workload writes to once.
func logGroups(in Input) []LogGroup {
	var names []string
	for _, w := range in.Workloads {
		names = append(names, w.Uses.LogGroups...)
	}
	var out []LogGroup
	for _, name := range uniq(names) {
		out = append(out, LogGroup{Name: name, RetentionDays: in.RetentionDays, KMSKeyARN: in.LogsKeyARN})
	}
	return out
}
