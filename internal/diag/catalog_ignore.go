package diag

// Codes of ignores.
const (
	// CodeIgnoreReason: an ignore without a reason.
	CodeIgnoreReason Code = "FLK044"
	// CodeIgnoreUnused: an ignore that ignores nothing.
	CodeIgnoreUnused Code = "FLK045"
	// CodeIgnoreUnknown: an ignore of a code that does not exist, or that cannot
	// be ignored.
	CodeIgnoreUnknown Code = "FLK046"
)

func ignoreEntries() []Entry {
	return []Entry{
		{
			Code: CodeIgnoreReason, Title: "ignore without a reason", Severity: Error,
			What: "An entry under `ignore` in the values or in .helm-flink.yaml has no `reason`, or an item of the annotation " +
				"`helm-flink.dev/ignore` has no text behind its code. It ignores nothing.",
			Why:    "Whoever reads it next cannot tell a decision from a mistake, or whether what it was for still holds.",
			Bad:    "ignore:\n  FLK038: {}\n",
			Good:   "ignore:\n  FLK038: { reason: the nodes are managed node groups }\n",
			Source: "docs/reports.md",
		},
		{
			Code: CodeIgnoreUnused, Title: "ignore that ignores nothing", Severity: Warning,
			What:   "An ignore matches no finding any longer, or never did.",
			Why:    "It would hide the same mistake when someone makes it again, and it makes readers look for one that is not there.",
			Bad:    "ignore:\n  FLK038: { path: jobs.payments, reason: the nodes are managed node groups }\n",
			Good:   "ignore:\n  FLK038: { reason: the nodes are managed node groups }\n",
			Source: "docs/reports.md",
		},
		{
			Code: CodeIgnoreUnknown, Title: "ignore of a code that cannot be ignored", Severity: Error,
			What: "An ignore names no code of `helm flink rules`, or one whose errors cannot be ignored: those of reading values and " +
				"manifests, of references within the values, of charts and of overlays.",
			Why:    "A code with a typing error ignores nothing; and from what cannot be read nothing can be rendered, whoever decided so.",
			Bad:    "ignore:\n  FLKO38: { reason: the nodes are managed node groups }\n",
			Good:   "ignore:\n  FLK038: { reason: the nodes are managed node groups }\n",
			Source: "docs/reports.md",
		},
	}
}
