package format

import (
	"cmp"
	"maps"
	"slices"

	"github.com/helm-flink/helm-flink/internal/iam"
)

// policyVersion is the version of the language of all documents.
const policyVersion = "2012-10-17"

// document is an IAM document in the order that IAM's own examples have.
func document(d iam.Document) object {
	statements := list{}
	for _, s := range d.Statements {
		statements = append(statements, statement(s))
	}
	return object{{"Version", policyVersion}, {"Statement", statements}}
}

// statement is one statement; what it does not have is left out.
func statement(s iam.Statement) object {
	effect := "Allow"
	if s.Deny {
		effect = "Deny"
	}
	out := object{}.with("Sid", s.Sid)
	out = append(out, field{"Effect", effect})
	out = out.with("Principal", byKey(s.Principals))
	out = out.with("Action", oneOrMany(s.Actions))
	out = out.with("Resource", oneOrMany(s.Resources))
	var conditions object
	for _, operator := range slices.Sorted(maps.Keys(s.Conditions)) {
		conditions = append(conditions, field{operator, byKey(s.Conditions[operator])})
	}
	return out.with("Condition", conditions)
}

// byKey is a map of values, sorted by key.
func byKey(values map[string][]string) object {
	var out object
	for _, key := range slices.Sorted(maps.Keys(values)) {
		out = append(out, field{key, oneOrMany(values[key])})
	}
	return out
}

// oneOrMany is a single value as it is and others as a list: the shortest form,
// which counts for IAM's limits on the size of documents.
func oneOrMany(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	return strings2list(values)
}

// strings2list is a list of strings.
func strings2list(values []string) list {
	out := list{}
	for _, value := range values {
		out = append(out, value)
	}
	return out
}

// bucketPolicy denies every request to a bucket that does not come over TLS.
// Source: Amazon S3 user guide, "Security best practices for Amazon S3",
// "Consider encryption of data in transit" (security-best-practices.html).
func bucketPolicy(p iam.Plan, b iam.Bucket) iam.Document {
	bucket := arn(p, "s3", "", "", b.Name)
	return iam.Document{Statements: []iam.Statement{{
		Sid:        "DenyWithoutTLS",
		Deny:       true,
		Principals: map[string][]string{"AWS": {"*"}},
		Actions:    []string{"s3:*"},
		Resources:  []string{bucket, bucket + "/*"},
		Conditions: withoutTLS(),
	}}}
}

// queuePolicy lets EventBridge fill the interruption queue, and denies requests
// without TLS. Source: Karpenter 1.14, getting-started-with-karpenter,
// cloudformation.yaml, KarpenterInterruptionQueuePolicy. There the first
// statement names sqs.amazonaws.com too, which no rule needs; it is kept, so that
// this policy is the one that Karpenter documents.
func queuePolicy(p iam.Plan) iam.Document {
	queue := queueARN(p)
	return iam.Document{Statements: []iam.Statement{
		{
			Sid:        "AllowEvents",
			Principals: map[string][]string{"Service": {"events.amazonaws.com", "sqs.amazonaws.com"}},
			Actions:    []string{"sqs:SendMessage"},
			Resources:  []string{queue},
		},
		{
			Sid:        "DenyWithoutTLS",
			Deny:       true,
			Principals: map[string][]string{"AWS": {"*"}},
			Actions:    []string{"sqs:*"},
			Resources:  []string{queue},
			Conditions: withoutTLS(),
		},
	}}
}

// queueARN is the ARN of the interruption queue.
func queueARN(p iam.Plan) string { return arn(p, "sqs", p.Region, p.AccountID, p.Queue.Name) }

// withoutTLS is the condition that holds for requests over plain HTTP.
func withoutTLS() map[string]map[string][]string {
	return map[string]map[string][]string{"Bool": {"aws:SecureTransport": {"false"}}}
}

// interruption is an EventBridge rule that tells Karpenter of an interruption.
type interruption struct {
	// id names the rule in CloudFormation, slug in Terraform and in EventBridge.
	id, slug, source, detail string
}

// interruptions are the rules of Karpenter's queue. Source: Karpenter 1.14,
// getting-started-with-karpenter, cloudformation.yaml.
func interruptions() []interruption {
	return []interruption{
		{"ScheduledChangeRule", "scheduled-change", "aws.health", "AWS Health Event"},
		{"SpotInterruptionRule", "spot-interruption", "aws.ec2", "EC2 Spot Instance Interruption Warning"},
		{"RebalanceRule", "rebalance", "aws.ec2", "EC2 Instance Rebalance Recommendation"},
		{"InstanceStateChangeRule", "instance-state-change", "aws.ec2", "EC2 Instance State-change Notification"},
		{
			"CapacityReservationInterruptionRule", "capacity-reservation", "aws.ec2",
			"EC2 Capacity Reservation Instance Interruption Warning",
		},
	}
}

// pattern is the event pattern of a rule.
func (i interruption) pattern() object {
	return object{{"source", list{i.source}}, {"detail-type", list{i.detail}}}
}

// queueSeconds is how long the queue keeps a message; a warning of an
// interruption is two minutes ahead at most. Source as for queuePolicy.
const queueSeconds = 300

// uploadDays is after how many days S3 drops the parts of an upload that was not
// completed: a TaskManager that dies leaves them behind, and they cost as objects
// do. 7 is what AWS' examples have (Amazon S3 user guide, "Configuring a bucket
// lifecycle configuration to delete incomplete multipart uploads").
const uploadDays = 7

// documents are all documents by their paths, sorted.
func documents(p iam.Plan) object {
	var out object
	for _, r := range p.Roles {
		folder := "roles/" + r.Name
		// Another account may have a role of the same name.
		if account, _ := foreign(p, r); account != "" {
			folder = "accounts/" + account + "/" + folder
		}
		out = append(out, field{folder + "/trust.json", document(r.Trust)})
		for _, policy := range r.Policies {
			out = append(out, field{folder + "/policies/" + policy.Name + ".json", document(policy.Document)})
		}
	}
	for _, b := range p.Buckets {
		out = append(out, field{"buckets/" + b.Name + "/policy.json", document(bucketPolicy(p, b))})
	}
	if p.Queue != nil {
		out = append(out, field{"queues/" + p.Queue.Name + "/policy.json", document(queuePolicy(p))})
	}
	slices.SortFunc(out, func(a, b field) int { return cmp.Compare(a.key, b.key) })
	return out
}

// jsonFiles are the documents, one a file.
func jsonFiles(p iam.Plan) []File {
	var files []File
	for _, f := range documents(p) {
		files = append(files, File{f.key, encodeJSON(f.value)})
	}
	return files
}
