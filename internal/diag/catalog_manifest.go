package diag

// Codes of reading manifests.
const (
	// CodeManifestSyntax: the text is neither YAML nor JSON.
	CodeManifestSyntax Code = "FLK022"
	// CodeManifestText: the text is not UTF-8, or has a control character.
	CodeManifestText Code = "FLK023"
	// CodeManifestLarge: a document is too large, too deep, or grows when aliases are followed.
	CodeManifestLarge Code = "FLK024"
	// CodeManifestDuplicate: a mapping has a key twice.
	CodeManifestDuplicate Code = "FLK025"
	// CodeManifestNumber: a number that JSON does not have.
	CodeManifestNumber Code = "FLK026"
	// CodeManifestIdentity: an object without apiVersion, kind or name.
	CodeManifestIdentity Code = "FLK027"
	// CodeManifestShape: a document, or an item of a List, that is no object.
	CodeManifestShape Code = "FLK028"
	// CodeManifestPortable: text that readers of YAML do not read alike.
	CodeManifestPortable Code = "FLK029"
)

func manifestEntries() []Entry {
	return []Entry{
		{
			Code: CodeManifestSyntax, Title: "manifest is not valid YAML", Severity: Error,
			What:   "A document cannot be read as YAML or JSON, or has a key or tag that cannot become JSON.",
			Why:    "kubectl refuses it, and nothing in it can be checked.",
			Bad:    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink\n",
			Good:   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink}\n",
			Source: "YAML 1.2.2, chapter 5 to 9; sigs.k8s.io/yaml 1.6, yaml.go, convertToJSONableObject",
		},
		{
			Code: CodeManifestText, Title: "manifest is not UTF-8 text", Severity: Error,
			What:   "A document is not UTF-8, or has a control character.",
			Why:    "YAML is text. PowerShell before version 7 writes UTF-16 when output is redirected into a file.",
			Bad:    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"fl\x00ink\"}\n",
			Good:   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink}\n",
			Source: "YAML 1.2.2, 5.1 Character Set",
		},
		{
			Code: CodeManifestLarge, Title: "manifest is too large", Severity: Error,
			What: "A document is over 16 MiB, nested over 200 levels deep, or has over a million nodes once its aliases are followed; " +
				"or an anchor contains itself.",
			Why:    "No object of this size gets into a cluster: etcd takes requests of up to 1.5 MiB. A few lines of nested aliases can fill the memory of the machine.",
			Bad:    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink}\ndata: &d {next: *d}\n",
			Good:   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink}\ndata: {next: none}\n",
			Source: "YAML 1.2.2, 7.1 Alias Nodes; etcd 3.5, --max-request-bytes",
		},
		{
			Code: CodeManifestDuplicate, Title: "duplicate key in a manifest", Severity: Error,
			What:   "A mapping has the same key twice.",
			Why:    "kubectl takes the last one without a word; the API server, with strict field validation, and Kustomize refuse the text.",
			Bad:    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink}\ndata:\n  a: one\n  a: two\n",
			Good:   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink}\ndata:\n  a: one\n",
			Source: "YAML 1.2.2, 3.2.1.3 Node Comparison: keys are unique; Kubernetes, Field validation: duplicate fields",
		},
		{
			Code: CodeManifestNumber, Title: "number without a JSON form", Severity: Error,
			What:   "A value is `.inf`, `-.inf` or `.nan`, or a number in JSON is too large for 64-bit floating point.",
			Why:    "The API takes JSON, which does not have these numbers: kubectl cannot convert the document.",
			Bad:    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink}\ndata: {limit: .inf}\n",
			Good:   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink}\ndata: {limit: \".inf\"}\n",
			Source: "RFC 8259, 6. Numbers; sigs.k8s.io/yaml 1.6, yaml.go",
		},
		{
			Code: CodeManifestIdentity, Title: "object without apiVersion, kind or name", Severity: Error,
			What:   "A document, or an item of a List, has no `apiVersion`, no `kind`, or neither `metadata.name` nor `metadata.generateName`.",
			Why:    "kubectl and the API server refuse it: they know objects by these.",
			Bad:    "apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: flink}\n",
			Good:   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink, namespace: flink}\n",
			Source: "Kubernetes API conventions, Types (Kinds) and Metadata; k8s.io/apimachinery, pkg/runtime/error.go",
		},
		{
			Code: CodeManifestShape, Title: "not an object", Severity: Error,
			What:   "A document, or an item of a List, is a list or a scalar, `metadata` is not a mapping, or a `List` has no items.",
			Why:    "Kubernetes objects are mappings with apiVersion, kind and metadata.",
			Bad:    "apiVersion: v1\nkind: List\nitems:\n  - ConfigMap flink\n",
			Good:   "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: flink}\n",
			Source: "Kubernetes API conventions, Types (Kinds)",
		},
		{
			Code: CodeManifestPortable, Title: "read differently by other tools", Severity: Warning,
			What: "A document has a byte order mark before it, starts in the line of its `---`, follows `...` without `---`, " +
				"has a `<<` below keys that it replaces, or a plain key that YAML 1.1 takes for a boolean or a number of another form.",
			Why: "YAML readers disagree: kubectl refuses text behind `---`, drops what follows `...`, lets a `<<` win over the keys above it, " +
				"and makes `true` of the key `on`; Kustomize and YAML 1.2 readers do otherwise.",
			Bad:    "--- {apiVersion: v1, kind: ConfigMap, metadata: {name: flink}}\n",
			Good:   "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: flink}}\n",
			Source: "YAML 1.2.2, 9.1 Documents; k8s.io/apimachinery 0.37, pkg/util/yaml/decoder.go; go.yaml.in/yaml/v2 2.4.4, resolve.go and decode.go; tried with kubectl 1.37",
		},
	}
}
