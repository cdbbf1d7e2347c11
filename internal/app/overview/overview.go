// Package overview puts together what a page about a platform says: who runs where
// and as whom, each job's settings against the defaults, findings, nodes and cost,
// and the IAM roles.
//
// It is a part of app, and may import the stages' results and what they may import.
// It reads nothing by itself, and the same input gives the same overview.
package overview

import (
	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// Input is what an overview is made of.
type Input struct {
	Platform *spec.Platform
	// Values are the merged values, Schema theirs.
	Values *values.Document
	Schema *values.Schema
	// World is all rendered objects.
	World *model.World
	// Workloads say as whom the Flink clusters and the operator run, Roles what for.
	Workloads []iam.Workload
	IAM       iam.Plan
	IAMNotes  []string
	Findings  diag.List
	// Titles are those of the findings' codes.
	Titles map[diag.Code]string
	// Plan is nil where there is none; NoPlan says why.
	Plan   *capacity.Plan
	NoPlan string
	// Files are the values files, Overlays those that the command line adds to the
	// values'.
	Files, Overlays []string
}

// Overview is what a page says of a platform.
type Overview struct {
	// Name is the platform's.
	Name    string
	Cluster spec.Cluster
	Runtime Runtime
	// Files are the values files, Overlays the Kustomize directories.
	Files, Overlays []string
	// Teams are in the order of their names, their jobs in that of theirs.
	Teams []Team
	Pools []Pool
	// Defaults are what the platform's jobDefaults set.
	Defaults []Setting
	Findings []Finding
	Topology Topology
	Plan     *capacity.Plan
	NoPlan   string
	IAM      iam.Plan
	IAMNotes []string
}

// Runtime is whose Flink runs, and its operator.
type Runtime struct {
	// Distribution is emr or apache, Release EMR's label or the image, where all jobs
	// have it from the platform.
	Distribution, Release string
	OperatorVersion       string
	OperatorNamespace     string
	OperatorRole          string
	OperatorAccount       string
}

// Team is a namespace with its people and jobs.
type Team struct {
	Name, Namespace string
	// People may work in the namespace; Quota bounds it.
	People, Quota []Pair
	Role          string
	Defaults      []Setting
	Jobs          []Job
	// Cost is that of a month at the start, nil if it is not known.
	Cost *capacity.Line
}

// Pair is a name with what belongs to it.
type Pair struct{ Name, Value string }

// Kind is what a Flink object is, in words.
type Kind string

// The kinds.
const (
	Application Kind = "application"
	Session     Kind = "session cluster"
	SessionJob  Kind = "session job"
	BlueGreen   Kind = "blue/green"
)

// Job is a Flink cluster, or a job in a session cluster.
type Job struct {
	Name string
	Kind Kind
	// Path is where the values have it, Pos its place.
	Path string
	Pos  diag.Position
	// Cluster is the session cluster of a session job.
	Cluster   string
	Suspended bool
	// Program is the last part of the jar's URI; Flink is the version; Release the
	// EMR release or the image.
	Program, Flink, Release string
	// Role is the name of the IAM role, Account the service account that takes it.
	Role, Account           string
	Parallelism             int
	JobManager, TaskManager Pods
	Slots                   string
	// Autoscaler is "2 to 8", "on", or empty for off.
	Autoscaler            string
	Checkpoints, Upgrades string
	Settings              []Setting
	// Findings counts those about it.
	Errors, Warnings, Infos int
	Cost                    *capacity.Line
}

// Pods are those of one role of a cluster.
type Pods struct {
	// Start is how many there are at first; Min and Max are the bounds of the
	// autoscaler, the same where it is off; Unbounded: Max means nothing.
	Start, Min, Max int
	Unbounded       bool
	CPU, Memory     string
	// Pool is the node pool or group that they must run on, empty for any node.
	Pool string
}

// Pool is a Karpenter NodePool, or a group of nodes of somebody else's.
type Pool struct {
	Name string
	// Kind is NodePool, "node group", or empty for one that is named and not there.
	Kind, Class            string
	Arch, Capacity, Limits string
	Instances              string
	// Jobs is how many clusters have pods on it.
	Jobs int
	Cost *capacity.Line
}

// Setting is a key of the values that is set, beside what would hold without it.
type Setting struct {
	Path, Value string
	// Default is what holds without it, and From where that is from: schema,
	// jobDefaults, or the team's.
	Default, From string
	// Same says that it is what holds anyway.
	Same bool
	Pos  diag.Position
}

// Finding is a finding with the title of its code.
type Finding struct {
	diag.Finding
	Title string
}
