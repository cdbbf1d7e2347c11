package diag

// Codes of schedulers.
const (
	// CodeNoScheduler: YuniKorn is asked for and not installed.
	CodeNoScheduler Code = "FLK890"
)

func schedulerEntries() []Entry {
	return []Entry{{
		Code: CodeNoScheduler, Title: "scheduler is not installed", Severity: Warning,
		What:   "A job has `scheduler: yunikorn`, and the add-on `yunikorn` is off. Whether YuniKorn is in the cluster by other means is not known.",
		Why:    "Pods that name a scheduler wait for that one alone: without it they stay Pending, and nothing says why.",
		Bad:    "jobs:\n  orders:\n    scheduler: yunikorn\n",
		Good:   "jobs:\n  orders:\n    scheduler: yunikorn\naddons:\n  yunikorn: { enabled: true, version: 1.6.3 }\n",
		Source: "Kubernetes documentation, Configure multiple schedulers; docs/addons.md",
	}}
}
