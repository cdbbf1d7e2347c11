package diag

// Codes of `import`: manifests that become values.
const (
	// CodeImportNothing: there is nothing that could become values.
	CodeImportNothing Code = "FLK080"
	// CodeImportLost: an object or a field is not in the values.
	CodeImportLost Code = "FLK081"
	// CodeImportForeign: an object of a kind that the values do not make.
	CodeImportForeign Code = "FLK082"
	// CodeImportCluster: a fact about the cluster that no manifest says.
	CodeImportCluster Code = "FLK083"
	// CodeImportTwice: one object is there twice.
	CodeImportTwice Code = "FLK084"
	// CodeImportPlaceholder: a role or a program that is a placeholder.
	CodeImportPlaceholder Code = "FLK085"
	// CodeImportSecret: a secret goes into the values.
	CodeImportSecret Code = "FLK086"
	// CodeImportAdds: the values make more than was imported.
	CodeImportAdds Code = "FLK087"
	// CodeImportRefused: the values made of the input are refused.
	CodeImportRefused Code = "FLK088"
)

func importEntries() []Entry {
	const job = "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata: { name: orders, namespace: payments }\n"
	return []Entry{
		{
			Code: CodeImportNothing, Title: "nothing to import", Severity: Error,
			What: "Among the input of `import` is no object of Flink, Karpenter, no Namespace and no ServiceAccount.",
			Why:  "There would be no values.",
			Bad:  "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n", Good: job + "spec: {}\n",
			Source: "docs/import.md",
		},
		{
			Code: CodeImportLost, Title: "not carried", Severity: Warning,
			What: "An object or a field of the input is not in the values, because they have no place for it. `import` renders what " +
				"it made and compares: each difference is a finding at its field.",
			Why:    "Rendered again, the object would lose what stands there.",
			Bad:    "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: flink, namespace: payments }\nimagePullSecrets: [{ name: regcred }]\n",
			Good:   "jobs:\n  orders: { team: payments, imagePullSecrets: [regcred] }\n",
			Source: "docs/import.md",
		},
		{
			Code: CodeImportForeign, Title: "object beside the values", Severity: Info,
			What: "An object of the input is of a kind or a name that the values do not make, such as a ConfigMap of the user's; or they " +
				"make another one of its name.",
			Why:    "It stays where it is: neither made nor deleted. Of two objects of one name, the one that is applied last wins.",
			Bad:    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: payments }\n",
			Good:   job + "spec: {}\n",
			Source: "docs/import.md",
		},
		{
			Code: CodeImportCluster, Title: "the manifests do not name the cluster", Severity: Error,
			What: "The values need the name, region and account of the EKS cluster. They were looked for in discovery tags, role ARNs, " +
				"zones and registries, and not found.",
			Why: "Without them no ARN and no selector can be derived.",
			Bad: "helm flink import job.yaml\n", Good: "helm flink import job.yaml --cluster-name streaming --region us-west-2 --account 111122223333\n",
			Source: "docs/import.md",
		},
		{
			Code: CodeImportTwice, Title: "one object twice", Severity: Error,
			What:   "The input has two objects of one kind, namespace and name.",
			Why:    "Which of the two is meant cannot be told.",
			Bad:    job + "spec: { image: \"flink:1.20.4\" }\n---\n" + job + "spec: { image: \"flink:2.0.2\" }\n",
			Good:   job + "spec: { image: \"flink:2.0.2\" }\n",
			Source: "docs/import.md",
		},
		{
			Code: CodeImportPlaceholder, Title: "placeholder in a manifest", Severity: Error,
			What: "A variable such as `$S3_BUCKET` is still in the manifest, and the values take none. An account of x in a role's ARN is " +
				"none: --account takes its place.",
			Why:    "The manifest was meant to be filled in first. EMR's operator makes the service accounts of the job from the role.",
			Bad:    job + "spec: { executionRoleArn: $FLINK_JOB_ROLE }\n",
			Good:   job + "spec: { executionRoleArn: \"arn:aws:iam::111122223333:role/flink-payments\" }\n",
			Source: "https://docs.aws.amazon.com/emr/latest/EMR-on-EKS-DevelopmentGuide/jobruns-flink-kubernetes-operator-run-application.html",
		},
		{
			Code: CodeImportSecret, Title: "secret in the values", Severity: Warning,
			What: "A variable or a setting that by its name is a password, a key or a token has its value in the manifest. It is carried " +
				"as it stands, and shown in no message.",
			Why:    "Values files are committed and shared.",
			Bad:    "env: { API_TOKEN: not-a-good-place }\n",
			Good:   "env: { API_TOKEN: { secret: orders-api, key: token } }\n",
			Source: "https://kubernetes.io/docs/concepts/configuration/secret/",
		},
		{
			Code: CodeImportAdds, Title: "the values make more", Severity: Info,
			What: "Rendered, the values give objects that the input does not have: the operator, Roles for the jobs, service accounts. A " +
				"service account that jobs use and that was not imported is a warning: it is made without its role.",
			Why: "Values describe a whole platform. Namespaces and network policies that are not in the input are switched off.",
			Bad: job + "spec: { serviceAccount: flink }\n",
			Good: job + "spec: { serviceAccount: flink }\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: flink\n  namespace: payments\n" +
				"  annotations: { eks.amazonaws.com/role-arn: \"arn:aws:iam::111122223333:role/flink-payments\" }\n",
			Source: "docs/import.md",
		},
		{
			Code: CodeImportRefused, Title: "values made of the input are refused", Severity: Error,
			What: "What was made of an object is no valid values file: an EMR job without a role, a team in the operator's namespace. The " +
				"message has the code of the finding about the values.",
			Why:    "Values that do not validate are of no use.",
			Bad:    job + "spec: { emrReleaseLabel: emr-7.12.0-flink-latest }\n",
			Good:   job + "spec: { emrReleaseLabel: emr-7.12.0-flink-latest, executionRoleArn: \"arn:aws:iam::111122223333:role/flink-payments\" }\n",
			Source: "docs/import.md",
		},
	}
}
