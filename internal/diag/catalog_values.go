package diag

// Codes of reading values and of checking them with their JSON Schema.
const (
	// CodeYAMLSyntax: the text is not YAML.
	CodeYAMLSyntax Code = "FLK001"
	// CodeTab: a tab is used for indentation.
	CodeTab Code = "FLK002"
	// CodeDuplicateKey: a mapping has a key twice.
	CodeDuplicateKey Code = "FLK003"
	// CodeByteOrderMark: the text starts with a byte order mark.
	CodeByteOrderMark Code = "FLK004"
	// CodeSecondDocument: there is more than one YAML document.
	CodeSecondDocument Code = "FLK005"
	// CodeEmpty: there are no values.
	CodeEmpty Code = "FLK006"
	// CodeTooLarge: the input is too large, too deep, or grows when aliases are followed.
	CodeTooLarge Code = "FLK007"
	// CodeNotText: the input is not UTF-8, or has a control character.
	CodeNotText Code = "FLK008"
	// CodeNotMapping: the top level is not a mapping.
	CodeNotMapping Code = "FLK009"
	// CodeUnknownKey: a key that does not exist.
	CodeUnknownKey Code = "FLK010"
	// CodeWrongType: a value of the wrong type.
	CodeWrongType Code = "FLK011"
	// CodeMissingKey: a required key is missing.
	CodeMissingKey Code = "FLK012"
	// CodeNotAllowed: a value that is none of those allowed.
	CodeNotAllowed Code = "FLK013"
	// CodeFormat: a value of the wrong form.
	CodeFormat Code = "FLK014"
	// CodeOutOfRange: a number, length or count out of range.
	CodeOutOfRange Code = "FLK015"
	// CodeQuoteIt: a number where text is meant.
	CodeQuoteIt Code = "FLK016"
	// CodeAlternatives: keys that exclude one another, or no alternative that fits.
	CodeAlternatives Code = "FLK017"
	// CodePlaceholder: a placeholder that was not replaced.
	CodePlaceholder Code = "FLK018"
	// CodeSetFlag: a --set that cannot be understood.
	CodeSetFlag Code = "FLK019"
	// CodeOtherTool: values of another chart.
	CodeOtherTool Code = "FLK020"
	// CodeManifest: a Kubernetes manifest where values are meant.
	CodeManifest Code = "FLK021"
)

const schemaSource = "schemas/values.schema.json"

// passedOver tells of the files among validate's arguments.
const passedOver = " Among the files, directories and patterns that `validate` is given without `-f`, such as those of a pre-commit " +
	"hook, the file is not meant for helm-flink, so that the finding is a note there, `passed over`, and nothing of the file is judged: " +
	"name it with `-f` if it should be values, with `-k` if it is an overlay, and render a Helm chart first."

func valuesEntries() []Entry { return append(textEntries(), schemaEntries()...) }

func textEntries() []Entry {
	return []Entry{
		{
			Code: CodeYAMLSyntax, Title: "not valid YAML", Severity: Error,
			What:   "The text cannot be read as YAML.",
			Why:    "Nothing after the place can be understood, so nothing is rendered.",
			Bad:    "platform: {name: flink\n",
			Good:   "platform: {name: flink}\n",
			Source: "YAML 1.2.2, chapter 5 to 9",
		},
		{
			Code: CodeTab, Title: "tab in the indentation", Severity: Error,
			What:   "A line is indented with a tab.",
			Why:    "YAML allows spaces only, since the width of a tab is not defined.",
			Bad:    "platform:\n\tname: flink\n",
			Good:   "platform:\n  name: flink\n",
			Source: "YAML 1.2.2, 6.1 Indentation Spaces",
		},
		{
			Code: CodeDuplicateKey, Title: "duplicate key", Severity: Error,
			What:   "A mapping has the same key twice.",
			Why:    "Helm silently takes one of the two, and which one is easily overlooked.",
			Bad:    "platform:\n  name: flink\n  name: flink2\n",
			Good:   "platform:\n  name: flink\n",
			Source: "YAML 1.2.2, 3.2.1.3 Node Comparison: keys are unique",
		},
		{
			Code: CodeByteOrderMark, Title: "byte order mark", Severity: Warning,
			What:   "The text starts with a byte order mark (U+FEFF), as some Windows editors write it.",
			Why:    "It is skipped here, but other tools take it for a part of the first key.",
			Bad:    "\ufeffplatform: {name: flink}\n",
			Good:   "platform: {name: flink}\n",
			Source: "YAML 1.2.2, 5.2 Character Encodings",
		},
		{
			Code: CodeSecondDocument, Title: "more than one document", Severity: Error,
			What:   "A values file has a second YAML document, after a line with `---`.",
			Why:    "Helm reads the first one alone and drops the rest without a word. Several files can be given with several `-f`.",
			Bad:    "platform: {name: flink}\n---\nplatform: {name: other}\n",
			Good:   "platform: {name: flink}\n",
			Source: "YAML 1.2.2, 9.2 Streams",
		},
		{
			Code: CodeEmpty, Title: "no values", Severity: Error,
			What:   "The input is empty or holds comments alone.",
			Why:    "A file that was truncated, or a pipe whose first command failed, would otherwise render a platform of defaults.",
			Bad:    "# platform: {name: flink}\n",
			Good:   "platform: {name: flink}\n",
			Source: "docs/values.md",
		},
		{
			Code: CodeTooLarge, Title: "too large", Severity: Error,
			What: "The input is over 16 MiB, nested over 200 levels deep, or has over a million nodes once its aliases are followed; " +
				"or an anchor contains itself.",
			Why:    "A few lines of nested aliases can grow into billions of nodes and fill the memory of the machine.",
			Bad:    "platform: &p {name: flink, next: *p}\n",
			Good:   "platform: {name: flink}\n",
			Source: "YAML 1.2.2, 7.1 Alias Nodes",
		},
		{
			Code: CodeNotText, Title: "not UTF-8 text", Severity: Error,
			What:   "The input is not UTF-8, or has a control character.",
			Why:    "YAML is text. PowerShell before version 7 writes UTF-16 when output is redirected into a file.",
			Bad:    "platform: {name: \"fl\x00ink\"}\n",
			Good:   "platform: {name: flink}\n",
			Source: "YAML 1.2.2, 5.1 Character Set",
		},
		{
			Code: CodeNotMapping, Title: "not a mapping", Severity: Error,
			What:   "The top level of the values is a list or a scalar." + passedOver,
			Why:    "Values are keys with their values.",
			Bad:    "- name: flink\n",
			Good:   "platform: {name: flink}\n",
			Source: schemaSource,
		},
	}
}

func schemaEntries() []Entry {
	return []Entry{
		{
			Code: CodeUnknownKey, Title: "unknown key", Severity: Error,
			What:   "A key does not exist at this place.",
			Why:    "It would have no effect, and look as if it had. Mostly it is a typing error or a wrong indentation.",
			Bad:    "platform: {nmae: flink}\n",
			Good:   "platform: {name: flink}\n",
			Source: schemaSource,
		},
		{
			Code: CodeWrongType, Title: "wrong type", Severity: Error,
			What:   "A value is not of the type that is wanted, for example text where a number is wanted.",
			Why:    "YAML guesses types: `no`, `yes`, `on` and `off` are text, `017` is 15 for one reader and 17 for the next.",
			Bad:    "operator: {replicas: two}\n",
			Good:   "operator: {replicas: 2}\n",
			Source: schemaSource,
		},
		{
			Code: CodeMissingKey, Title: "missing key", Severity: Error,
			What:   "A key is missing that must be there, or is null.",
			Why:    "The tool does not guess: without it the output cannot be made.",
			Bad:    "cluster: {name: prod, region: eu-west-1}\n",
			Good:   "cluster: {name: prod, region: eu-west-1, accountId: \"111122223333\"}\n",
			Source: schemaSource,
		},
		{
			Code: CodeNotAllowed, Title: "value not allowed", Severity: Error,
			What:   "A value is none of those that the key can have.",
			Why:    "It would be refused by the cluster, or have no effect.",
			Bad:    "jobDefaults: {upgradeMode: savepiont}\n",
			Good:   "jobDefaults: {upgradeMode: savepoint}\n",
			Source: schemaSource,
		},
		{
			Code: CodeFormat, Title: "wrong form", Severity: Error,
			What:   "A text does not have the form that is wanted: a name, a duration, an ARN, an image.",
			Why:    "Names and ARNs of a wrong form are refused by Kubernetes or AWS, long after the values were written.",
			Bad:    "platform: {name: My_Flink}\n",
			Good:   "platform: {name: my-flink}\n",
			Source: schemaSource,
		},
		{
			Code: CodeOutOfRange, Title: "out of range", Severity: Error,
			What:   "A number is too small or too large, or a text, list or mapping too short or too long; or a number has no JSON form (`.inf`, `.nan`).",
			Why:    "It would be refused by the cluster, or mean something else than it says.",
			Bad:    "operator: {replicas: -1}\n",
			Good:   "operator: {replicas: 1}\n",
			Source: schemaSource,
		},
		{
			Code: CodeQuoteIt, Title: "number that must be quoted", Severity: Error,
			What:   "An account id, a version or the like is written without quotes, and YAML reads it as a number.",
			Why:    "`1.10` becomes 1.1, and the account `011122223333` becomes the octal number 1229530843.",
			Bad:    "cluster: {accountId: 011122223333}\n",
			Good:   "cluster: {accountId: \"011122223333\"}\n",
			Source: "YAML 1.1, tag:yaml.org,2002:int; YAML 1.2.2, 10.3.2 Tag Resolution",
		},
		{
			Code: CodeAlternatives, Title: "alternatives", Severity: Error,
			What:   "Keys are set that exclude one another, or none of several alternatives fits.",
			Why:    "One of them would be dropped, and the values do not say which.",
			Bad:    "operator: {role: {name: flink, arn: \"arn:aws:iam::111122223333:role/flink\"}}\n",
			Good:   "operator: {role: {name: flink}}\n",
			Source: schemaSource,
		},
		{
			Code: CodePlaceholder, Title: "placeholder left", Severity: Error,
			What: "A value still has a placeholder: `$NAME`, `${NAME}`, `<ENTER_NAME>`, or an account id of x's. " +
				"Where `$` has a meaning of its own (args, flinkConfiguration, pod templates) it is left alone.",
			Why:    "Values are not templates: the text would be used as it stands.",
			Bad:    "storage: {bucket: \"${BUCKET}\"}\n",
			Good:   "storage: {bucket: flink-data}\n",
			Source: "docs/values.md",
		},
		{
			Code: CodeSetFlag, Title: "--set that cannot be understood", Severity: Error,
			What:   "The argument of `--set`, `--set-string`, `--set-json` or `--set-file` is not of the form `path=value`, or the path goes through a scalar.",
			Why:    "Helm's syntax: dots part keys, commas part settings, `[0]` is a list's item, and a backslash takes away the meaning.",
			Bad:    "# --set platform.name\n",
			Good:   "# --set platform.name=flink\n",
			Source: "Helm 3.22, pkg/strvals; https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set",
		},
		{
			Code: CodeOtherTool, Title: "values of another chart", Severity: Error,
			What:   "None of the top-level keys is known." + passedOver,
			Why:    "The file is probably the values file of another chart. One finding says so, instead of one for each key.",
			Bad:    "replicaCount: 2\nservice: {type: ClusterIP}\n",
			Good:   "platform: {name: flink}\n",
			Source: schemaSource,
		},
		{
			Code: CodeManifest, Title: "manifest instead of values", Severity: Error,
			What: "The document has `apiVersion` and `kind` and is not a FlinkPlatform of `helm-flink.dev/v1`." + passedOver,
			Why:  "It is a Kubernetes manifest, the kind of thing that this tool makes, not what it reads.",
			Bad:  "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata: {name: orders}\n",
			Good: "apiVersion: helm-flink.dev/v1\nkind: FlinkPlatform\nmetadata: {name: flink}\nspec:\n  platform: {name: flink}\n",

			Source: "docs/values.md",
		},
	}
}
