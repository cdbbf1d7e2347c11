package diag

// Codes of rendering charts, in the operator's range.
const (
	// CodeChartValues: values given to a chart do not fit its values.schema.json.
	CodeChartValues Code = "FLK290"
	// CodeChartRender: a chart cannot be loaded, or not be rendered with the values given.
	CodeChartRender Code = "FLK291"
)

func chartEntries() []Entry {
	return []Entry{
		{
			Code: CodeChartValues, Title: "values do not fit the chart", Severity: Error,
			What:   "What is given under `operator.values` does not fit the values.schema.json of the operator's chart.",
			Why:    "Helm refuses such values at installation, and a key that the chart does not know does nothing.",
			Bad:    "operator:\n  values:\n    replicas: three\n",
			Good:   "operator:\n  values:\n    replicas: 3\n",
			Source: "https://helm.sh/docs/topics/charts/#schema-files",
		},
		{
			Code: CodeChartRender, Title: "chart cannot be rendered", Severity: Error,
			What:   "The operator's chart cannot be loaded from its source, or stops with an error over the values given.",
			Why:    "There are no objects to install. A chart of your own must be unpacked or a .tgz, and fit the Kubernetes version.",
			Bad:    "operator:\n  chart:\n    source: ./flink-kubernetes-operator/values.yaml\n",
			Good:   "operator:\n  chart:\n    source: ./flink-kubernetes-operator\n",
			Source: "https://helm.sh/docs/helm/helm_template/",
		},
	}
}
