package diag

// Codes of `helm-flink fn`.
const (
	// CodeResourceList: standard input is no ResourceList.
	CodeResourceList Code = "FLK071"
	// CodeFunctionConfig: the functionConfig, or what a FlinkPlatform has beside values, cannot be used.
	CodeFunctionConfig Code = "FLK072"
)

func functionEntries() []Entry {
	return []Entry{
		{
			Code: CodeResourceList, Title: "not a ResourceList", Severity: Error,
			What: "What a KRM function gets on standard input is not one ResourceList of config.kubernetes.io, or an item of it is no object.",
			Why: "Kustomize and kpt speak to functions by this object alone. Manifests as they are, which `validate -` reads, would " +
				"otherwise be taken for an empty list.",
			Bad:    "apiVersion: v1\nkind: List\nitems: []\n",
			Good:   "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n",
			Source: "https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md",
		},
		{
			Code: CodeFunctionConfig, Title: "function configuration that cannot be used", Severity: Error,
			What: "The functionConfig of `helm-flink fn` is of a kind that it does not know, or has a key that the kind does not have; or " +
				"`valuesFiles` or `include` of a FlinkPlatform name what is not there.",
			Why: "The kind decides what the function does: a FlinkPlatform makes objects, a FlinkValidation judges them. A misspelt one " +
				"would do the other, or nothing.",
			Bad:    "apiVersion: helm-flink.dev/v1\nkind: FlinkPlatfrom\nmetadata: {name: platform}\nspec: {valuesFiles: [flink.yaml]}\n",
			Good:   "apiVersion: helm-flink.dev/v1\nkind: FlinkPlatform\nmetadata: {name: platform}\nspec: {valuesFiles: [flink.yaml]}\n",
			Source: "docs/functions.md",
		},
	}
}
