package diag

// Codes of what the API server would say.
const (
	// CodeAPIUnknown: a field that the kind does not have.
	CodeAPIUnknown Code = "FLK100"
	// CodeAPIType: a value of the wrong type.
	CodeAPIType Code = "FLK101"
	// CodeAPIMissing: a field that must be there.
	CodeAPIMissing Code = "FLK102"
	// CodeAPIEnum: a value that is none of those allowed.
	CodeAPIEnum Code = "FLK103"
	// CodeAPIValue: a value that is out of range, malformed, or at odds with another one.
	CodeAPIValue Code = "FLK104"
	// CodeAPIDuplicate: an entry of a list that may be there only once.
	CodeAPIDuplicate Code = "FLK105"
	// CodeAPIRule: a rule of a CustomResourceDefinition is broken.
	CodeAPIRule Code = "FLK106"
	// CodeAPIName: a name, namespace, label or annotation that Kubernetes does not take.
	CodeAPIName Code = "FLK107"
	// CodeAPIQuantity: a quantity with so many digits that reading it takes seconds.
	CodeAPIQuantity Code = "FLK108"
	// CodeAPIVersion: an API version that is not served.
	CodeAPIVersion Code = "FLK110"
	// CodeAPIRemoved: an API version that Kubernetes has taken away.
	CodeAPIRemoved Code = "FLK111"
	// CodeAPINoSchema: a kind of which there is no schema.
	CodeAPINoSchema Code = "FLK112"
	// CodeAPIScope: a namespace on an object that is in none.
	CodeAPIScope Code = "FLK113"
	// CodeAPICRD: a CustomResourceDefinition that the API server would refuse.
	CodeAPICRD Code = "FLK114"
	// CodeAPIKarpenter: what Karpenter's controller refuses beyond its schema.
	CodeAPIKarpenter Code = "FLK120"
)

const (
	// apiSource is where the checks of fields come from.
	apiSource = "schemas/crds/README.md for the CustomResourceDefinitions, checked by k8s.io/apiextensions-apiserver v0.37.2; " +
		"k8s.io/api v0.37.2 and k8s.io/kubernetes v1.37.2, pkg/apis/*/validation, for built-in kinds"
	apiWhy = "The API server refuses the object, and with it often the whole release."
)

func apiEntries() []Entry { return append(fieldEntries(), kindEntries()...) }

// sessionJob is a manifest for examples, up to its job.
const sessionJob = "apiVersion: flink.apache.org/v1beta1\nkind: FlinkSessionJob\nmetadata: {name: orders, namespace: team-a}\n" +
	"spec:\n  deploymentName: session\n"

// budget is a manifest for examples, up to its spec.
const budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: orders, namespace: team-a}\n"

// quota is a manifest for examples, up to its spec.
const quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: compute, namespace: team-a}\n"

// pool is a manifest for examples, up to the taints of its nodes.
const pool = "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: flink}\nspec:\n  template:\n    spec:\n" +
	"      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}\n" +
	"      requirements: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]\n"

// service is a manifest for examples, up to its ports.
const service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: team-a}\nspec:\n  selector: {app: web}\n"

// crd is a CustomResourceDefinition for examples, up to the schema's type.
const crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec:\n" +
	"  group: example.com\n  scope: Namespaced\n  names: {kind: Thing, plural: things}\n  versions:\n" +
	"  - name: v1\n    served: true\n    storage: true\n"

func fieldEntries() []Entry {
	return []Entry{
		{
			Code: CodeAPIUnknown, Title: "unknown field of an object", Severity: Error,
			What: "An object has a field that its kind does not have: misspelt, in the wrong place, or of another version.",
			Why: "With strict validation, the default of kubectl, the API server refuses the object; without it the field is dropped " +
				"in silence.",
			Bad:    sessionJob + "  job: {jarUri: \"https://example.com/orders.jar\"}\n",
			Good:   sessionJob + "  job: {jarURI: \"https://example.com/orders.jar\"}\n",
			Source: apiSource,
		},
		{
			Code: CodeAPIType, Title: "wrong type in an object", Severity: Error,
			What: "A field of an object has a value of another type: a number where text is meant, text where a number is, a quantity that is none.",
			Why:  apiWhy,
			Bad:  sessionJob + "  job: {parallelism: \"2\"}\n", Good: sessionJob + "  job: {parallelism: 2}\n",
			Source: apiSource,
		},
		{
			Code: CodeAPIMissing, Title: "missing field of an object", Severity: Error,
			What: "An object lacks a field that its kind asks for.",
			Why:  apiWhy,
			Bad:  service + "  ports: [{port: 80}, {port: 443}]\n", Good: service + "  ports: [{name: http, port: 80}, {name: https, port: 443}]\n",
			Source: apiSource,
		},
		{
			Code: CodeAPIEnum, Title: "value not allowed in an object", Severity: Error,
			What: "A field of an object has a value that is none of those that it may have.",
			Why:  apiWhy,
			Bad:  sessionJob + "  job: {upgradeMode: laststate}\n", Good: sessionJob + "  job: {upgradeMode: last-state}\n",
			Source: apiSource,
		},
		{
			Code: CodeAPIValue, Title: "invalid value in an object", Severity: Error,
			What: "A value is out of range, has the wrong form, or contradicts another one: a port above 65535, a request above its limit, " +
				"a selector that does not take the labels of its template, a mount of a volume that is not there.",
			Why: apiWhy,
			Bad: service + "  ports: [{port: 80000}]\n", Good: service + "  ports: [{port: 8000}]\n",
			Source: apiSource,
		},
		{
			Code: CodeAPIDuplicate, Title: "entry twice in an object", Severity: Error,
			What: "A list of an object has an entry twice where every entry must have its own name, port or key.",
			Why:  apiWhy,
			Bad:  service + "  ports: [{name: a, port: 80}, {name: a, port: 81}]\n", Good: service + "  ports: [{name: a, port: 80}, {name: b, port: 81}]\n",
			Source: apiSource,
		},
		{
			Code: CodeAPIRule, Title: "rule of a CustomResourceDefinition broken", Severity: Error,
			What: "An object breaks a rule that its CustomResourceDefinition states in CEL; the message is the rule's own.",
			Why:  apiWhy,
			Bad:  pool + "  disruption: {budgets: [{nodes: \"0\", schedule: \"@daily\"}], consolidateAfter: 10m}\n",
			Good: pool + "  disruption: {budgets: [{nodes: \"0\", schedule: \"@daily\", duration: 8h}], consolidateAfter: 10m}\n",

			Source: apiSource,
		},
		{
			Code: CodeAPIName, Title: "invalid name, label or annotation", Severity: Error,
			What: "The name, namespace, a label or an annotation of an object has a form that Kubernetes does not take.",
			Why:  apiWhy,
			Bad:  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: My_Config}\n", Good: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: my-config}\n",
			Source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and …/labels/",
		},
		{
			Code: CodeAPIQuantity, Title: "quantity with too many digits", Severity: Error,
			What: "A quantity has an exponent beyond 999, or more than 1000 digits. The object is judged by nothing that would read it.",
			Why: "Nothing is that large or small, and reading such a number takes seconds: in the API server, in the operator and in " +
				"every client.",
			Bad:    quota + "spec: {hard: {requests.cpu: \"1e-9999999\"}}\n",
			Good:   quota + "spec: {hard: {requests.cpu: \"1e3\"}}\n",
			Source: "k8s.io/apimachinery v0.37.2, pkg/api/resource/quantity.go (ParseQuantity, measured)",
		},
	}
}

func kindEntries() []Entry {
	return []Entry{
		{
			Code: CodeAPIVersion, Title: "API version not served", Severity: Error,
			What: "The kind exists, but not in the version that apiVersion names. For Karpenter's v1beta1 " +
				"every field that v1 has in another place is named at its line.",
			Why: apiWhy,
			Bad: "apiVersion: karpenter.sh/v1beta1\nkind: NodePool\nmetadata: {name: flink}\nspec: {template: {spec: {requirements: [], " +
				"nodeClassRef: {name: flink}}}}\n",
			Good:   pool,
			Source: "schemas/crds/README.md; https://karpenter.sh/v1.0/upgrading/v1-migration/",
		},
		{
			Code: CodeAPIRemoved, Title: "API version that is no more", Severity: Error,
			What: "The apiVersion of a built-in kind is one that Kubernetes has removed, in the version that --kube-version names or before; " +
				"or the object is a Provisioner, an AWSNodeTemplate or a Machine of Karpenter before 1.0.",
			Why:    apiWhy,
			Bad:    "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: orders, namespace: team-a}\nspec: {minAvailable: 1}\n",
			Good:   budget + "spec: {minAvailable: 1}\n",
			Source: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/; https://karpenter.sh/v0.32/upgrading/v1beta1-migration/",
		},
		{
			Code: CodeAPINoSchema, Title: "kind without a schema", Severity: Warning,
			What:   "There is no schema of the kind, so that nothing but its name is known of it. `--crds` takes its CustomResourceDefinition.",
			Why:    "A mistake in it is found by the API server only, and a misspelt kind as well.",
			Bad:    "apiVersion: policy/v1\nkind: PodDisruptionBudgets\nmetadata: {name: orders, namespace: team-a}\nspec: {minAvailable: 1}\n",
			Good:   budget + "spec: {minAvailable: 1}\n",
			Source: "schemas/crds/README.md, k8s.io/api v0.37.2",
		},
		{
			Code: CodeAPIScope, Title: "namespace on an object that is in none", Severity: Warning,
			What: "An object of a cluster-wide kind has metadata.namespace.",
			Why: "The API server drops the namespace in silence; who deletes the namespace, or lists it, does not find the object, and " +
				"two objects of the name are one.",
			Bad:    "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a, namespace: team-a}\n",
			Good:   "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n",
			Source: "k8s.io/apiserver v0.37.2, pkg/registry/rest/create.go (BeforeCreate)",
		},
		{
			Code: CodeAPICRD, Title: "broken CustomResourceDefinition", Severity: Error,
			What: "A CustomResourceDefinition, of the input or of --crds, is one that the API server refuses: its schema is not structural, " +
				"a rule does not compile or costs too much, a name does not fit.",
			Why:  "Without the definition no object of its kind can be created.",
			Bad:  crd + "    schema: {openAPIV3Schema: {type: object, properties: {spec: {}}}}\n",
			Good: crd + "    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object}}}}\n",

			Source: "k8s.io/apiextensions-apiserver v0.37.2, pkg/apis/apiextensions/validation/validation.go",
		},
		{
			Code: CodeAPIKarpenter, Title: "NodePool that Karpenter refuses", Severity: Error,
			What: "A NodePool breaks a rule that Karpenter checks while it runs: a taint's key and effect twice (startup taints count), a value of " +
				"capacity-type or instance-tenancy that does not exist, label names and values of the wrong form.",
			Why:    "The API server takes the NodePool, but it never becomes ready, and no node comes from it.",
			Bad:    pool + "      taints: [{key: flink, effect: NoSchedule}]\n      startupTaints: [{key: flink, effect: NoSchedule}]\n",
			Good:   pool + "      taints: [{key: flink, effect: NoSchedule}]\n",
			Source: "sigs.k8s.io/karpenter v1.14.1, pkg/apis/v1/nodepool_validation.go and nodeclaim_validation.go",
		},
	}
}
