package diag

// exampleTrust is a trust policy of the role flink-payments with a condition.
func exampleTrust(operator, subject string) string {
	const issuer = "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF"
	return `{"Version": "2012-10-17", "Statement": {
  "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
  "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/` + issuer + `"},
  "Condition": {"` + operator + `": {
    "` + issuer + `:aud": "sts.amazonaws.com",
    "` + issuer + `:sub": "` + subject + `"}}}}
`
}

// examplePolicy is a permission policy of the role flink-payments.
func examplePolicy(actions, resource string) string {
	return `{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": ` + actions + `, "Resource": "` + resource + `"},
  {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::streaming-flink-state",
   "Condition": {"StringLike": {"s3:prefix": "flink/payments/*"}}}]}
`
}

const (
	exampleOwn     = "system:serviceaccount:payments:flink"
	exampleState   = `["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]`
	exampleObjects = "arn:aws:s3:::streaming-flink-state/flink/payments/*"
	trustSource    = "IAM User Guide, IAM JSON policy elements: Condition operators; EKS User Guide, Assign IAM roles to Kubernetes service accounts"
)

// awsDocumentEntries documents the codes of validate --iam.
func awsDocumentEntries() []Entry {
	good := exampleTrust("StringEquals", exampleOwn)
	return []Entry{
		{
			Code: CodeAWSDocument, Title: "AWS document that cannot be read", Severity: Error,
			What: "A file given with `--iam` is no JSON, or neither a policy document nor what `aws iam get-…` or `helm flink iam` prints.",
			Why:  "Nothing can be held against it.",
			Bad:  "{\"Statements\": []}\n", Good: good, Source: "docs/identity.md; IAM User Guide, Grammar of the IAM JSON policy language",
		},
		{
			Code: CodeAWSUntold, Title: "AWS document that is not judged wholly", Severity: Info,
			What: "What can be told of a document given with `--iam` is limited: its role is not known or only taken to be one, nothing uses the " +
				"role, a policy of the role is not in the input, or it is the policy of a bucket.",
			Why: "No finding about it then does not mean that it is right.",
			Bad: `{"RoleDetailList": [{"RoleName": "another-role", "RolePolicyList": []}]}` + "\n", Good: good,
			Source: "docs/identity.md",
		},
		{
			Code: CodeTrustSubject, Title: "trust policy does not let a service account in", Severity: Error,
			What: "No statement of a role's trust policy names a service account that uses the role: another namespace, another name, or with EMR the " +
				"accounts of another role. It is a warning where the role was told by the accounts alone.",
			Why: "STS refuses the pods with AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity.",
			Bad: exampleTrust("StringEquals", "system:serviceaccount:payments-prod:flink"), Good: good, Source: trustSource,
		},
		{
			Code: CodeTrustElsewhere, Title: "trust policy for another cluster, account or method", Severity: Error,
			What: "A role's trust policy is for another OIDC provider than the cluster's, for a provider of another account than the role's, for " +
				"another audience, or not for the method by which pods get their roles.",
			Why: "STS refuses the pods. A cluster that was made anew has a new provider.",
			Bad: `{"Version": "2012-10-17", "Statement": {
  "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}}
`, Good: good, Source: trustSource + ", and Pod Identity",
		},
		{
			Code: CodeTrustLiteral, Title: "* that is no wildcard in a trust policy", Severity: Error,
			What: "A condition of a trust policy has a `*` or a `?` under StringEquals, and would be met if it were a wildcard.",
			Why:  "StringEquals compares every character; only StringLike knows wildcards. No pod gets the role.",
			Bad:  exampleTrust("StringEquals", "system:serviceaccount:payments:*"), Good: good, Source: trustSource,
		},
		{
			Code: CodeTrustWide, Title: "trust policy lets others in", Severity: Warning,
			What: "A role's trust policy lets service accounts in that do not use the role: by a wildcard, or since it asks for no subject. That it asks " +
				"for no audience, or names an account that nothing in the input runs as, is an info.",
			Why: "Whoever may make pods there has the rights of the role. The names of EMR's service accounts are known to the last character.",
			Bad: exampleTrust("StringLike", "system:serviceaccount:payments:*"), Good: good,
			Source: trustSource + "; docs/adr/0015-trust-names-every-account.md",
		},
		{
			Code: CodePolicyLacks, Title: "policies of a role do not cover what its jobs do", Severity: Warning,
			What: "The permission policies given of a role do not allow an action on a directory, jar, log group, key or other resource that " +
				"its jobs use, or deny it. Statements with conditions other than on s3:prefix are taken to allow.",
			Why: "Checkpoints, savepoints or logs fail with AccessDenied. It is no error: the policy of the bucket may allow it.",
			Bad: examplePolicy(`["s3:GetObject", "s3:PutObject"]`, exampleObjects), Good: examplePolicy(exampleState, exampleObjects),
			Source: "docs/identity.md, What a role may do",
		},
		{
			Code: CodePolicyWide, Title: "policy is wider than needed", Severity: Warning,
			What: "A statement of a role's permission policies has wildcards in its actions, is on everything or on a whole bucket of which the jobs " +
				"use a part, or reaches what another role uses.",
			Why: "A fault or an intruder in one job reaches the state of others.",
			Bad: examplePolicy(`"s3:*Object"`, "*"), Good: examplePolicy(exampleState, exampleObjects),
			Source: "IAM User Guide, Security best practices, Apply least-privilege permissions",
		},
	}
}
