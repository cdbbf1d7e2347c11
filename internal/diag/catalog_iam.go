package diag

// Codes of the AWS objects that `helm flink iam` draws, and of those that
// `validate --iam` is given.
const (
	// CodeAWSDocument: a file of --iam that cannot be read.
	CodeAWSDocument Code = "FLK605"
	// CodeAWSUntold: a document of --iam that is not judged, or not wholly.
	CodeAWSUntold Code = "FLK606"
	// CodeTrustSubject: a trust policy that does not let a service account in.
	CodeTrustSubject Code = "FLK607"
	// CodeTrustElsewhere: a trust policy for another cluster, account or method.
	CodeTrustElsewhere Code = "FLK608"
	// CodeTrustLiteral: a * in a trust policy that is no wildcard.
	CodeTrustLiteral Code = "FLK609"
	// CodeTrustWide: a trust policy that lets others in.
	CodeTrustWide Code = "FLK610"
	// CodePolicyLacks: permission policies that do not cover what the jobs do.
	CodePolicyLacks Code = "FLK611"
	// CodePolicyWide: a permission policy wider than needed.
	CodePolicyWide Code = "FLK612"
	// CodeForeignRole: a role of another account than the cluster's.
	CodeForeignRole Code = "FLK616"
	// CodeNoRole: a Flink cluster whose role is not known.
	CodeNoRole Code = "FLK617"
	// CodeRoleLimits: a role beyond IAM's limits.
	CodeRoleLimits Code = "FLK618"
)

func iamEntries() []Entry {
	return []Entry{
		{
			Code: CodeForeignRole, Title: "role of another account", Severity: Info,
			What: "`helm flink iam` draws a role that is in another account than the cluster.",
			Why: "A role can be taken with an OIDC provider of its own account alone, so the provider of the cluster's issuer " +
				"has to be made there too; and the documents have to be applied there.",
			Bad:    "teams:\n  payments:\n    role: { arn: \"arn:aws:iam::444455556666:role/flink\" }\n",
			Good:   "teams:\n  payments:\n    role: { name: flink }\n",
			Source: "EKS User Guide, Authenticate to another account with IRSA",
		},
		{
			Code: CodeNoRole, Title: "no role is known", Severity: Info,
			What:   "A job names a service account that no team's or job's role belongs to; `helm flink iam` draws nothing for it.",
			Why:    "The account is someone else's, and so is the role that it has, if any.",
			Bad:    "jobs:\n  orders:\n    serviceAccount: shared\n",
			Good:   "jobs:\n  orders:\n    serviceAccount: shared\n    role: { name: flink-orders }\n",
			Source: "values: jobs.*.serviceAccount",
		},
		{
			Code: CodeRoleLimits, Title: "role beyond the limits of IAM", Severity: Warning,
			What: "A role needs more than ten managed policies of 6,144 characters, or its trust policy has more than 2,048, which " +
				"are IAM's default quotas.",
			Why: "IAM refuses what is beyond, unless the account has had its quotas raised; with roles of their own for some " +
				"jobs they are not reached.",
			Bad:    "teams:\n  payments:\n    access:\n      s3:\n        one: {}\n        # … and some hundred more\n",
			Good:   "jobs:\n  orders:\n    role: { name: flink-orders }\n    access:\n      s3:\n        one: {}\n",
			Source: "IAM User Guide, IAM and AWS STS quotas",
		},
	}
}
