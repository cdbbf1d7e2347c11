package diag

// Codes of references, names and derivations.
const (
	// CodeUnknownTeam: a team that does not exist is named.
	CodeUnknownTeam Code = "FLK030"
	// CodeUnknownPool: a node pool that does not exist is named.
	CodeUnknownPool Code = "FLK031"
	// CodeUnknownNodeClass: a node class that does not exist is named.
	CodeUnknownNodeClass Code = "FLK032"
	// CodeUnknownCluster: a session cluster or job that does not exist is named.
	CodeUnknownCluster Code = "FLK033"
	// CodeNameClash: two things would become one object.
	CodeNameClash Code = "FLK034"
	// CodeCannotDerive: something needed can be derived from nothing that was given.
	CodeCannotDerive Code = "FLK035"
	// CodeDisagreement: two values contradict each other.
	CodeDisagreement Code = "FLK036"
	// CodeWrongDistribution: a setting that the distribution does not have.
	CodeWrongDistribution Code = "FLK037"
	// CodeNoNodePools: there are no node pools.
	CodeNoNodePools Code = "FLK038"
	// CodeUnconfirmed: a fact that the output rests on is unconfirmed.
	CodeUnconfirmed Code = "FLK039"
	// CodeRemoteChart: the operator's chart is not rendered.
	CodeRemoteChart Code = "FLK040"
	// CodeSecretNeeded: a Secret is referenced that someone must make.
	CodeSecretNeeded Code = "FLK041"
	// CodePodTemplate: pod templates cannot be merged.
	CodePodTemplate Code = "FLK042"
	// CodeConfigShape: a configuration key has no one text.
	CodeConfigShape Code = "FLK043"
)

func specEntries() []Entry {
	return []Entry{
		{
			Code: CodeUnknownTeam, Title: "unknown team", Severity: Error,
			What:   "A job, session cluster or snapshot names a team that is not under `teams`.",
			Why:    "The team gives the namespace, the IAM role and the service account; without it nothing can be rendered.",
			Bad:    "jobs:\n  orders:\n    team: paymnets\n",
			Good:   "jobs:\n  orders:\n    team: payments\n",
			Source: "values: jobs.*.team",
		},
		{
			Code: CodeUnknownPool, Title: "unknown node pool", Severity: Error,
			What:   "`nodePool` names a pool that is under neither `nodePools` nor `nodeGroups`.",
			Why:    "The pods would select nodes that no pool provides and stay Pending.",
			Bad:    "jobs:\n  orders:\n    nodePool: graviton\n",
			Good:   "nodeClasses:\n  flink:\n    amiAlias: al2023@v20260101\nnodePools:\n  graviton:\n    nodeClass: flink\njobs:\n  orders:\n    nodePool: graviton\n",
			Source: "Karpenter 1.14, concepts/scheduling",
		},
		{
			Code: CodeUnknownNodeClass, Title: "unknown node class", Severity: Error,
			What:   "A node pool names a node class that is not under `nodeClasses`.",
			Why:    "Karpenter does not start nodes for a NodePool whose EC2NodeClass is missing.",
			Bad:    "nodePools:\n  fast:\n    nodeClass: nvme\n",
			Good:   "nodeClasses:\n  nvme:\n    amiAlias: al2023@v20260101\nnodePools:\n  fast:\n    nodeClass: nvme\n",
			Source: "Karpenter 1.14, concepts/nodepools, spec.template.spec.nodeClassRef",
		},
		{
			Code: CodeUnknownCluster, Title: "unknown session cluster or job", Severity: Error,
			What:   "A session job names a cluster that is not under `sessionClusters`, or a snapshot a job that does not exist.",
			Why:    "The operator would wait for the target for ever.",
			Bad:    "sessionJobs:\n  top-speed:\n    cluster: adhok\n    jarURI: https://example.com/job.jar\n",
			Good:   "sessionClusters:\n  adhoc:\n    team: payments\nsessionJobs:\n  top-speed:\n    cluster: adhoc\n    jarURI: https://example.com/job.jar\n",
			Source: "Flink Kubernetes operator 1.15, FlinkSessionJob.spec.deploymentName",
		},
		{
			Code: CodeNameClash, Title: "two things of one name", Severity: Error,
			What:   "Two jobs, or a job and a session cluster, have one name in one namespace; or two teams share a namespace.",
			Why:    "They would become one Kubernetes object, and the second would silently replace the first.",
			Bad:    "jobs:\n  orders: { team: payments }\n  orders-v2: { team: payments, name: orders, jarURI: \"local:///job.jar\" }\n",
			Good:   "jobs:\n  orders: { team: payments }\n  orders-v2: { team: payments, jarURI: \"local:///job.jar\" }\n",
			Source: "Kubernetes, object names",
		},
		{
			Code: CodeCannotDerive, Title: "nothing to derive it from", Severity: Error,
			What:   "A needed part of the output is neither given nor can be derived: a bucket, a role, an image, a version.",
			Why:    "The tool does not guess: a wrong guess is found out by a pod that never starts.",
			Bad:    "runtime:\n  distribution: emr\n",
			Good:   "runtime:\n  distribution: emr\n  emrReleaseLabel: emr-7.12.0-flink-latest\n",
			Source: "values",
		},
		{
			Code: CodeDisagreement, Title: "two values contradict each other", Severity: Error,
			What:   "Two values say different things about one fact: the region of the OIDC provider, the version of the image.",
			Why:    "One of them is wrong, and which one is found out only when pods fail.",
			Bad:    "runtime:\n  image: flink:2.0.2-java17\n  flinkVersion: v1_20\n",
			Good:   "runtime:\n  image: flink:2.0.2-java17\n",
			Source: "Flink Kubernetes operator 1.15, FlinkConfMountDecorator; EKS User Guide, IAM roles for service accounts",
		},
		{
			Code: CodeWrongDistribution, Title: "not a feature of this distribution", Severity: Warning,
			What:   "A setting belongs to EMR and the distribution is apache, or the other way round; an error where the job could not work.",
			Why:    "It would have no effect, and look as if it had.",
			Bad:    "runtime:\n  distribution: apache\njobDefaults:\n  monitoring: { s3: { prefix: logs/ } }\n",
			Good:   "runtime:\n  distribution: emr\njobDefaults:\n  monitoring: { s3: { prefix: logs/ } }\n",
			Source: "EMR on EKS Development Guide, jobruns-flink-monitoring-configuration, jobruns-flink-restart",
		},
		{
			Code: CodeNoNodePools, Title: "no node pools", Severity: Info,
			What:   "There are no node pools in the values.",
			Why:    "The Flink pods then have no node selector and run wherever there is room, on Spot nodes too.",
			Bad:    "jobs:\n  orders: { team: payments }\n",
			Good:   "nodeClasses:\n  flink: { amiAlias: al2023@v20260101 }\nnodePools:\n  flink: { nodeClass: flink }\njobs:\n  orders: { team: payments, nodePool: flink }\n",
			Source: "Karpenter 1.14, concepts/scheduling",
		},
		{
			Code: CodeUnconfirmed, Title: "rests on an unconfirmed fact", Severity: Warning,
			What:   "The output rests on a fact about EMR that no published source confirms.",
			Why:    "The tool says so instead of guessing in silence; try it before you rely on it.",
			Bad:    "runtime:\n  distribution: emr\noperator:\n  watchNamespaces: teams\n",
			Good:   "runtime:\n  distribution: emr\n",
			Source: "EMR on EKS Development Guide (its tables stop at 7.2.0)",
		},
		{
			Code: CodeRemoteChart, Title: "operator from a remote chart", Severity: Info,
			What:   "The operator's objects come from a chart in a repository, which is not fetched.",
			Why:    "Rendering uses no network; the chart's computed values are shown with the command that installs it.",
			Bad:    "runtime:\n  distribution: emr\n  emrReleaseLabel: emr-7.12.0-flink-latest\n",
			Good:   "runtime:\n  distribution: apache\n",
			Source: "EMR on EKS Development Guide, jobruns-flink-kubernetes-operator-getting-started",
		},
		{
			Code: CodeSecretNeeded, Title: "a Secret to make", Severity: Info,
			What:   "The operator's webhook reads its keystore password from a Secret, which is referenced and not rendered.",
			Why:    "Nothing random or secret is rendered; without the Secret cert-manager makes no keystore and the operator's pod does not start.",
			Bad:    "operator:\n  webhook:\n    enabled: true\n",
			Good:   "operator:\n  webhook:\n    enabled: false\n",
			Source: "cert-manager, Certificate spec.keystores.pkcs12.passwordSecretRef; Flink Kubernetes operator 1.15, chart, webhook.keystore",
		},
		{
			Code: CodePodTemplate, Title: "pod template cannot be merged", Severity: Error,
			What:   "The pod templates of a job, of its defaults and of the tool cannot be laid over each other.",
			Why:    "Kubernetes merges containers, volumes and variables by name; an item without one, or of another shape, has no place.",
			Bad:    "jobs:\n  orders:\n    podTemplate:\n      spec:\n        containers:\n        - image: busybox:1.36\n",
			Good:   "jobs:\n  orders:\n    podTemplate:\n      spec:\n        containers:\n        - name: sidecar\n          image: busybox:1.36\n",
			Source: "Kubernetes, strategic merge patch; k8s.io/api/core/v1, patchMergeKey",
		},
		{
			Code: CodeConfigShape, Title: "configuration key without one text", Severity: Error,
			What:   "A key of flinkConfiguration holds a list of maps, or stands there nested and with dots with two values.",
			Why:    "Flink reads flat keys with a text each; the operator would lose such a value in silence.",
			Bad:    "jobs:\n  orders:\n    flinkConfiguration:\n      a.b: 1\n      a: { b: 2 }\n",
			Good:   "jobs:\n  orders:\n    flinkConfiguration:\n      a: { b: 2 }\n",
			Source: "Flink Kubernetes operator 1.15, ConfigObjectNode.asFlatMap",
		},
	}
}
