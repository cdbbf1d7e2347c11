package diag

// Codes of capacity. The verdict on pods is also a rule of validate, without
// sizes: FLK700.
const (
	// CodeCapacityPending: pods that no node takes.
	CodeCapacityPending Code = "FLK740"
	// CodeCapacityNoPools: there are pods and no NodePools.
	CodeCapacityNoPools Code = "FLK741"
	// CodeCapacityBudget: the plan costs more than --fail-over allows.
	CodeCapacityBudget Code = "FLK742"
	// CodeCapacityNoPrices: no prices are known.
	CodeCapacityNoPrices Code = "FLK743"
	// CodeCapacityPool: Karpenter leaves a NodePool out.
	CodeCapacityPool Code = "FLK744"
)

func capacityEntries() []Entry {
	const pool = "nodePools:\n  flink: { nodeClass: flink, instanceFamilies: [c6i] }\n"
	return []Entry{
		{
			Code: CodeCapacityPending, Title: "pods without a node", Severity: Error,
			What: "`capacity` ran Karpenter's scheduler, and it found no node for some pods of a job: no NodePool takes them, no " +
				"instance type of a NodePool is large enough, or the NodePool's limits are reached. The reason of each NodePool is " +
				"given in Karpenter's words. It is a warning if only the autoscaler's maximum does not fit.",
			Why:    "The pods stay Pending. A job without all its TaskManagers does not start.",
			Bad:    pool + "jobs:\n  orders: { nodePool: flink, taskManager: { cpu: 500, memory: 2Gi } }\n",
			Good:   pool + "jobs:\n  orders: { nodePool: flink, taskManager: { cpu: 2, memory: 2Gi } }\n",
			Source: "karpenter v1.14.1, pkg/controllers/provisioning/scheduling",
		},
		{
			Code: CodeCapacityNoPools, Title: "no NodePools to plan with", Severity: Warning,
			What:   "The input of `capacity` has jobs and no NodePool, so that nothing can be said about their nodes.",
			Why:    "Without the NodePools the plan is empty, not free of charge.",
			Bad:    "jobs:\n  orders: { team: payments }\n",
			Good:   pool + "jobs:\n  orders: { team: payments, nodePool: flink }\n",
			Source: "Karpenter 1.14, concepts/nodepools",
		},
		{
			Code: CodeCapacityBudget, Title: "dearer than allowed", Severity: Error,
			What: "The nodes of the plan cost more than `--fail-over` allows, in the state that it names: the start, or the " +
				"minimum or maximum of the autoscaler.",
			Why:    "The flag asks for it.",
			Bad:    "# capacity --fail-over 100/month\njobs:\n  orders: { parallelism: 400 }\n",
			Good:   "# capacity --fail-over 100/month\njobs:\n  orders: { parallelism: 2 }\n",
			Source: "docs/capacity.md",
		},
		{
			Code: CodeCapacityNoPrices, Title: "no prices known", Severity: Info,
			What: "No on-demand prices of the region are known here, or the region is not known. The plan has no costs, and of " +
				"several instance types that would do, the smallest is taken. Other prices come with `--prices`.",
			Why:    "Prices differ by region; those of another one would be a guess.",
			Bad:    "cluster: { region: us-west-2 }\n",
			Good:   "cluster: { region: us-east-1 }\n",
			Source: "docs/capacity.md",
		},
		{
			Code: CodeCapacityPool, Title: "node pool without instance types", Severity: Warning,
			What:   "The requirements of a NodePool leave no instance type of the catalogue, and Karpenter leaves the NodePool out.",
			Why:    "It starts no node.",
			Bad:    "nodePools:\n  flink: { nodeClass: flink, instanceFamilies: [c6i], instanceCpus: [3] }\n",
			Good:   "nodePools:\n  flink: { nodeClass: flink, instanceFamilies: [c6i], instanceCpus: [4] }\n",
			Source: "karpenter v1.14.1, event NoCompatibleInstanceTypes",
		},
	}
}
