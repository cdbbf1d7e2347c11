package capacity

import (
	corev1 "k8s.io/api/core/v1"
)

// Version is that of Simulation and Outcome. A program that reads another one
// refuses it.
const Version = 1

// Simulation is what the scheduler is asked: which nodes would be started for
// pods. It travels as JSON between the two programs.
type Simulation struct {
	Version int `json:"version"`
	// Region is the value of topology.kubernetes.io/region, Zones those of
	// topology.kubernetes.io/zone, in which every type is offered.
	Region string   `json:"region"`
	Zones  []string `json:"zones"`
	// Pools are NodePools, karpenter.sh/v1, whole.
	Pools []map[string]any `json:"pools"`
	// Types has, for each pool by name, the instance types that it may start,
	// in any order.
	Types map[string][]InstanceType `json:"types"`
	// Daemons are pods that every node runs one of, where its taints and labels
	// let it.
	Daemons []corev1.Pod `json:"daemons,omitempty"`
	// Groups are pods that are all alike.
	Groups []corev1.PodTemplateSpec `json:"groups"`
	// Runs are simulated one by one, each from an empty cluster.
	Runs []Run `json:"runs"`
	// SpotPriced says that the prices of Spot are known better than by an upper
	// bound, so that Karpenter's filter of dear Spot offerings makes sense.
	SpotPriced bool `json:"spotPriced,omitempty"`
}

// Run is one state of the platform, in phases: the pods of a phase are there once
// the nodes of the phases before it are up.
type Run struct {
	Name   string    `json:"name"`
	Phases [][]Batch `json:"phases"`
}

// Batch is a number of pods of one group, by its index in Simulation.Groups.
type Batch struct {
	Group int `json:"group"`
	Count int `json:"count"`
}

// InstanceType is a type of machine as Karpenter would make a node of it.
type InstanceType struct {
	Name string `json:"name"`
	// Labels are the well-known labels that nodes of the type have. A well-known
	// label that is not among them is not on the nodes.
	Labels map[string]string `json:"labels"`
	// Capacity and Allocatable are those of the node.
	Capacity    corev1.ResourceList `json:"capacity"`
	Allocatable corev1.ResourceList `json:"allocatable"`
	// CapacityTypes are those that the type is offered as: on-demand, spot.
	CapacityTypes []string `json:"capacityTypes"`
	// OnDemand and Spot are prices an hour by which types are compared. Where no
	// price is known they are any numbers that put the types in an order.
	OnDemand float64 `json:"onDemand"`
	Spot     float64 `json:"spot"`
}

// Outcome is what the scheduler says to a Simulation.
type Outcome struct {
	Version int `json:"version"`
	// Runs are in the order of the simulation's.
	Runs []RunOutcome `json:"runs"`
}

// RunOutcome is what became of one run.
type RunOutcome struct {
	// Nodes are in the order in which they were started.
	Nodes []StartedNode `json:"nodes"`
	// Unplaced are the pods that no pool takes.
	Unplaced []Unplaced `json:"unplaced,omitempty"`
	// Dropped are pools whose requirements leave no instance type.
	Dropped []string `json:"dropped,omitempty"`
}

// StartedNode is a node that Karpenter would start.
type StartedNode struct {
	Pool         string `json:"pool"`
	Type         string `json:"type"`
	CapacityType string `json:"capacityType"`
	// Candidates are the types that Karpenter would send to EC2, cheapest first,
	// at most 60.
	Candidates []string `json:"candidates"`
	Pods       []Batch  `json:"pods"`
	// Daemons are the names of the daemons that run on it.
	Daemons []string `json:"daemons,omitempty"`
}

// Unplaced is a number of pods of a group that stay pending, and why: for each
// pool, in the order of its weight, in Karpenter's words.
type Unplaced struct {
	Batch

	Reasons []Reason `json:"reasons"`
}

// Reason is why a pool does not take a pod. Pool is empty for one that holds for
// all of them.
type Reason struct {
	Pool string `json:"pool,omitempty"`
	Text string `json:"text"`
}
