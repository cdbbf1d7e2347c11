// Package iam derives the AWS objects that a platform needs, from what its jobs
// really use: roles with their trust and permissions, buckets, log groups, and
// what Karpenter needs; and writes them in the languages that people keep their
// AWS accounts in.
//
// It may import pods, karpenter, flink, aws, manifest and diag of this module.
package iam

// Plan is all AWS objects of one platform. Lists are sorted by name, so that
// the same platform gives the same bytes.
type Plan struct {
	// Partition is aws, aws-cn or aws-us-gov.
	Partition string
	Region    string
	AccountID string
	// Cluster is the name of the EKS cluster, Kubernetes its version (1.33).
	Cluster, Kubernetes string
	// OIDCProvider is the issuer of the cluster without https://; empty with Pod
	// Identity, which needs none.
	OIDCProvider string
	Roles        []Role
	Buckets      []Bucket
	LogGroups    []LogGroup
	// Queue is Karpenter's interruption queue, nil if it is not asked for.
	Queue *Queue
	// Tags are put on every object that takes tags.
	Tags map[string]string
}

// Purpose says what a role is for.
type Purpose string

// The purposes.
const (
	ForJobs     Purpose = "jobs"
	ForOperator Purpose = "operator"
	ForNodes    Purpose = "nodes"
	// ForMetrics: Prometheus, which writes to a workspace of Amazon Managed Service.
	ForMetrics Purpose = "metrics"
)

// Role is an IAM role that the platform needs.
type Role struct {
	// Name is at most 64 characters; Path is "/" or starts and ends with one.
	Name, Path string
	// ARN is the whole of it; empty for a role whose account is not asked for.
	ARN         string
	Purpose     Purpose
	Description string
	// Team is the team of a jobs' role, empty for the others.
	Team  string
	Trust Document
	// Policies are customer-managed policies, each within IAM's size limit of
	// 6,144 characters without white space.
	Policies []Policy
	// Managed are ARNs of AWS' own policies to attach.
	Managed []string
	// Associations are the EKS Pod Identity associations of the role; none with
	// IRSA.
	Associations []Association
	// Accounts are the service accounts that take the role.
	Accounts []ServiceAccount
	// InstanceProfile says that nodes take the role through an instance profile.
	InstanceProfile bool
}

// ServiceAccount is a Kubernetes service account.
type ServiceAccount struct{ Namespace, Name string }

// Association is an EKS Pod Identity association.
type Association struct {
	ServiceAccount
}

// Policy is a customer-managed policy.
type Policy struct {
	Name        string
	Description string
	Document    Document
}

// Document is an IAM policy document of version 2012-10-17.
type Document struct {
	Statements []Statement
}

// Statement is one statement of a document. Actions, resources and the values
// of conditions and principals are sorted and without doubles.
type Statement struct {
	Sid string
	// Deny turns the effect from Allow to Deny.
	Deny bool
	// Principals by type (Federated, Service, AWS); only in trust and resource
	// policies.
	Principals map[string][]string
	Actions    []string
	Resources  []string
	// Conditions are values by operator (StringEquals) and key.
	Conditions map[string]map[string][]string
}

// Bucket is an S3 bucket that the jobs' state or logs are in.
type Bucket struct {
	Name string
	// KMSKeyARN encrypts it; empty for SSE-S3.
	KMSKeyARN string
	// Expiring are the prefixes whose objects go away by themselves.
	Expiring []Expiry
}

// Expiry lets the objects under a prefix expire.
type Expiry struct {
	ID, Prefix string
	Days       int
}

// LogGroup is a CloudWatch log group.
type LogGroup struct {
	Name string
	// RetentionDays is how long events are kept; 0 for ever.
	RetentionDays int
	KMSKeyARN     string
}

// Queue is the SQS queue by which Karpenter hears of interruptions, with the
// EventBridge rules that fill it.
type Queue struct {
	Name string
}
