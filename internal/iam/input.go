package iam

import (
	"slices"

	"github.com/helm-flink/helm-flink/internal/aws"
)

// Method is how pods get their role.
type Method string

// The two methods.
const (
	// IRSA: IAM roles for service accounts, through the cluster's OIDC provider.
	IRSA Method = "irsa"
	// PodIdentity: EKS Pod Identity, through associations and an agent on the
	// nodes.
	PodIdentity Method = "pod-identity"
)

// Input is what a plan is derived from: facts of the cluster, and what each
// workload uses.
type Input struct {
	Cluster Cluster
	Method  Method
	// Workloads are the Flink clusters, the operator where it has a role, and a
	// Prometheus that writes to a workspace.
	Workloads []Workload
	// Buckets are the buckets to draw. Of each only the name and the key count.
	Buckets []Bucket
	// BucketKeys are the KMS keys of buckets by their names.
	BucketKeys map[string]string
	// RetentionDays is how long the events of log groups are kept; 0 for ever.
	RetentionDays int
	// LogsKeyARN is the KMS key of the log groups, empty for CloudWatch's own.
	LogsKeyARN string
	// NodeRole is the name of the role of Karpenter's nodes; empty to leave it
	// out. InstanceProfile asks for an instance profile of its name.
	NodeRole        string
	InstanceProfile bool
	// Queue is the name of Karpenter's interruption queue; empty for none.
	Queue string
	Tags  map[string]string
}

// Cluster is what is known about the EKS cluster.
type Cluster struct {
	Name, Region, AccountID string
	// Kubernetes is its version, 1.33.
	Kubernetes string
	// OIDCProvider is the issuer without https://; IRSA needs it.
	OIDCProvider string
}

// Workload is a Flink cluster, the operator or Prometheus.
type Workload struct {
	// ID names it in messages: namespace/name.
	ID      string
	Purpose Purpose
	// Team is empty but for Flink clusters.
	Team string
	// RoleARN is the ARN of its role; a workload without one is left out.
	RoleARN string
	// Accounts are the service accounts that its pods run as.
	Accounts []ServiceAccount
	Uses     Uses
	Access   Access
}

// Uses are the places that a workload itself uses.
type Uses struct {
	// State is read, written and deleted: checkpoints, savepoints, high
	// availability, the changelog. A place stands for all that is below it.
	State []Place
	// Read is read alone: savepoints to start from. It stands for all below it.
	Read []Place
	// Objects are single objects that are read: jars and other artifacts.
	Objects []Place
	// Logs is written alone. It stands for all below it.
	Logs []Place
	// LogGroups are log groups of the cluster's account and region.
	LogGroups []string
	// Workspaces are workspaces of Amazon Managed Service for Prometheus that are
	// written to, in the cluster's account.
	Workspaces []aws.Workspace
}

// Place is a place in S3. The key has no slash at either end; empty, it is the
// whole bucket. A ? in it stands for any character.
type Place struct{ Bucket, Key string }

// Mode is what may be done with data.
type Mode string

// The modes.
const (
	Read      Mode = "read"
	Write     Mode = "write"
	ReadWrite Mode = "read-write"
)

func (m Mode) reads() bool  { return m != Write }
func (m Mode) writes() bool { return m != Read }

// Access is what a role gets besides what its workloads use by themselves.
type Access struct {
	S3       []BucketAccess
	Kinesis  []StreamAccess
	MSK      []KafkaAccess
	DynamoDB []TableAccess
	Glue     []DatabaseAccess
	SQS      []Resource
	Secrets  []Resource
}

// Resource names a thing of an AWS service. Account and Region are the
// cluster's where they are empty; KMSKeyARN is the key that encrypts it.
type Resource struct {
	Name, Account, Region, KMSKeyARN string
	Mode                             Mode
}

// BucketAccess is access to the objects below a prefix, which ends in a slash or
// is empty. Mode write deletes as well, and reads back.
type BucketAccess struct {
	Bucket, Prefix, KMSKeyARN string
	Mode                      Mode
}

// StreamAccess is access to a Kinesis data stream.
type StreamAccess struct {
	Resource
	// Consumers are the names of enhanced fan-out consumers.
	Consumers []string
}

// KafkaAccess is access to an MSK cluster with IAM authentication. Topics,
// groups and transactional ids may hold *.
type KafkaAccess struct {
	Resource
	// UUID is the last part of the cluster's ARN; empty for any.
	UUID                             string
	Topics, Groups, TransactionalIDs []string
}

// TableAccess is access to a DynamoDB table.
type TableAccess struct {
	Resource
	// Indexes adds the table's indexes, Stream its stream.
	Indexes, Stream bool
}

// DatabaseAccess is access to tables of a Glue database; without tables, to all
// of them.
type DatabaseAccess struct {
	Resource
	Tables []string
}

// Problem is something that the user must know about a plan. The caller makes a
// finding of it.
type Problem struct {
	Kind ProblemKind
	// Role is the ARN of the role it is about.
	Role string
	// Workload is the ID of the workload it is about, empty for a role's.
	Workload string
	// Message is one line, lower case, without a trailing dot; Hint says what to
	// do.
	Message, Hint string
}

// ProblemKind tells problems apart.
type ProblemKind int

// The kinds of problems.
const (
	// TooManyPolicies: more customer-managed policies than a role may have.
	TooManyPolicies ProblemKind = iota
	// TrustTooLong: a trust policy longer than IAM's default quota.
	TrustTooLong
	// ForeignRole: a role of another account, which the method cannot give.
	ForeignRole
	// NoRole: a workload whose role is not known.
	NoRole
)

// Plus is both accesses together.
func (a Access) Plus(b Access) Access {
	return Access{
		S3: slices.Concat(a.S3, b.S3), Kinesis: slices.Concat(a.Kinesis, b.Kinesis), MSK: slices.Concat(a.MSK, b.MSK),
		DynamoDB: slices.Concat(a.DynamoDB, b.DynamoDB), Glue: slices.Concat(a.Glue, b.Glue),
		SQS: slices.Concat(a.SQS, b.SQS), Secrets: slices.Concat(a.Secrets, b.Secrets),
	}
}
