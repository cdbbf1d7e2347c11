package format_test

import (
	"github.com/helm-flink/helm-flink/internal/iam"
)

const (
	account = "111122223333"
	issuer  = "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
	kmsKey  = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

// plans are platforms of both distributions and both methods, and one in China.
func plans() map[string]iam.Plan {
	return map[string]iam.Plan{
		"emr-irsa":               emr(false),
		"emr-pod-identity":       emr(true),
		"apache-irsa":            apache("aws", "eu-central-1", false),
		"apache-pod-identity-cn": apache("aws-cn", "cn-north-1", true),
	}
}

// emr is a platform like the blueprint: an operator and a team with one role for
// JobManagers and TaskManagers, nodes and a queue for Karpenter.
func emr(podIdentity bool) iam.Plan {
	p := iam.Plan{
		Partition: "aws", Region: "us-west-2", AccountID: account, Cluster: "emr-eks-flink", Kubernetes: "1.33",
		Queue: &iam.Queue{Name: "emr-eks-flink"},
		Tags:  map[string]string{"team": "streaming", "aws-cost:unit": "42"},
		Buckets: []iam.Bucket{{
			Name: "emr-eks-flink-state", KMSKeyARN: kmsKey,
			Expiring: []iam.Expiry{{ID: "logs", Prefix: "logs/", Days: 30}, {ID: "orders-checkpoints", Prefix: "checkpoints/orders/", Days: 90}},
		}},
		LogGroups: []iam.LogGroup{{Name: "/aws/emr-flink/flink-team-a", RetentionDays: 7, KMSKeyARN: kmsKey}},
	}
	operator := iam.Role{
		Name: "emr-eks-flink-operator", Path: "/", Purpose: iam.ForOperator, Description: "The Flink operator of emr-eks-flink",
		Accounts: []iam.ServiceAccount{{Namespace: "flink-operator", Name: "emr-containers-sa-flink-operator"}},
		Policies: []iam.Policy{{Name: "emr-eks-flink-operator", Document: iam.Document{Statements: []iam.Statement{
			{Sid: "ReadJars", Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::emr-eks-flink-state/jars/*"}},
		}}}},
	}
	team := iam.Role{
		Name: "emr-eks-flink-flink-team-a", Path: "/", Purpose: iam.ForJobs, Team: "flink-team-a",
		Description: "The Flink jobs of flink-team-a",
		Accounts: []iam.ServiceAccount{
			{Namespace: "flink-team-a-ns", Name: "emr-containers-sa-flink-jobmanager-111122223333-1lphoyznxc2y"},
			{Namespace: "flink-team-a-ns", Name: "emr-containers-sa-flink-taskmanager-111122223333-1lphoyznxc2y"},
		},
		Policies: []iam.Policy{
			{Name: "emr-eks-flink-flink-team-a-1", Description: "State, part 1", Document: state("aws", "emr-eks-flink-state")},
			{Name: "emr-eks-flink-flink-team-a-2", Document: iam.Document{Statements: []iam.Statement{
				{
					Sid: "OwnPrefix", Actions: []string{"s3:GetObject"},
					Resources: []string{"arn:aws:s3:::shared/${aws:PrincipalTag/kubernetes-namespace}/*", `arn:aws:s3:::shared/%{odd}"\*`},
				},
			}}},
		},
	}
	nodes := iam.Role{
		Name: "emr-eks-flink-karpenter-node", Path: "/", Purpose: iam.ForNodes, InstanceProfile: true,
		Trust: service("ec2.amazonaws.com", "sts:AssumeRole"),
		Managed: []string{
			"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
			"arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
		},
	}
	p.Roles = []iam.Role{trust(p, team, podIdentity), nodes, trust(p, operator, podIdentity)}
	if !podIdentity {
		p.OIDCProvider = issuer
	}
	return p
}

// apache is a platform with a service account of ours for each team: two teams
// whose names differ in punctuation only, a role with a path, and no queue.
func apache(partition, region string, podIdentity bool) iam.Plan {
	p := iam.Plan{
		Partition: partition, Region: region, AccountID: account, Cluster: "flink", Kubernetes: "1.33",
		Buckets:   []iam.Bucket{{Name: "flink.state"}, {Name: "flink-state"}},
		LogGroups: []iam.LogGroup{{Name: "/flink/team-a"}},
	}
	roles := []iam.Role{
		{
			Name: "flink-team-a", Path: "/", Purpose: iam.ForJobs, Team: "team-a",
			Accounts: []iam.ServiceAccount{{Namespace: "team-a", Name: "flink"}},
			Policies: []iam.Policy{
				{Name: "flink-team-a-1", Document: state(partition, "flink-state")},
				{Name: "flink-team-a-2", Document: state(partition, "flink.state")},
			},
			Managed: []string{"arn:" + partition + ":iam::aws:policy/AmazonMSKReadOnlyAccess"},
		},
		{
			Name: "flink.team.a", Path: "/flink/", Purpose: iam.ForJobs, Team: "team.a",
			Accounts: []iam.ServiceAccount{{Namespace: "team.a", Name: "flink"}},
			Policies: []iam.Policy{{Name: "flink.team.a", Document: state(partition, "flink-state")}},
		},
	}
	for _, r := range roles {
		p.Roles = append(p.Roles, trust(p, r, podIdentity))
	}
	if !podIdentity {
		p.OIDCProvider = "oidc.eks." + region + ".amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
	}
	return p
}

// trust gives a role its trust and, with Pod Identity, its associations.
func trust(p iam.Plan, r iam.Role, podIdentity bool) iam.Role {
	if podIdentity {
		r.Trust = service("pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession")
		r.Trust.Statements[0].Conditions = map[string]map[string][]string{
			"StringEquals": {"aws:RequestTag/kubernetes-namespace": {r.Accounts[0].Namespace}},
		}
		for _, a := range r.Accounts {
			r.Associations = append(r.Associations, iam.Association{ServiceAccount: a})
		}
		return r
	}
	var subjects []string
	for _, a := range r.Accounts {
		subjects = append(subjects, "system:serviceaccount:"+a.Namespace+":"+a.Name)
	}
	r.Trust = iam.Document{Statements: []iam.Statement{{
		Principals: map[string][]string{"Federated": {"arn:" + p.Partition + ":iam::" + account + ":oidc-provider/" + issuer}},
		Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
		Conditions: map[string]map[string][]string{
			"StringEquals": {issuer + ":aud": {"sts.amazonaws.com"}, issuer + ":sub": subjects},
		},
	}}}
	return r
}

// service is the trust in a service of AWS.
func service(principal string, actions ...string) iam.Document {
	return iam.Document{Statements: []iam.Statement{{Principals: map[string][]string{"Service": {principal}}, Actions: actions}}}
}

// state are the permissions on the state of a job.
func state(partition, bucket string) iam.Document {
	arn := "arn:" + partition + ":s3:::" + bucket
	return iam.Document{Statements: []iam.Statement{
		{
			Sid: "ListState", Actions: []string{"s3:ListBucket"}, Resources: []string{arn},
			Conditions: map[string]map[string][]string{"StringLike": {"s3:prefix": {"checkpoints/orders/*", "savepoints/orders/*"}}},
		},
		{
			Sid: "WriteState", Actions: []string{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"},
			Resources: []string{arn + "/checkpoints/orders/*", arn + "/savepoints/orders/*"},
		},
	}}
}
