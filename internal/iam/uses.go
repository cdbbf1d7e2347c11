package iam

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
)

// permissions collects what one role may do.
type permissions struct {
	cluster   Cluster
	partition string
	keys      map[string]string
	all       []Statement
	// lists are the prefixes that may be listed, by bucket; "" is the whole
	// bucket.
	lists map[string][]string
}

func newPermissions(in Input) *permissions {
	return &permissions{
		cluster: in.Cluster, partition: aws.Partition(in.Cluster.Region), keys: in.BucketKeys, lists: map[string][]string{},
	}
}

// allow adds a statement.
func (p *permissions) allow(name string, actions, resources []string) {
	p.all = append(p.all, Statement{Sid: name, Actions: actions, Resources: resources})
}

// statements gives everything that was collected, merged and sorted.
func (p *permissions) statements() []Statement {
	all := slices.Clone(p.all)
	for bucket, prefixes := range p.lists {
		list := Statement{
			Sid: sid("list", bucket), Actions: []string{"s3:ListBucket"}, Resources: []string{p.bucket(bucket)},
			Conditions: map[string]map[string][]string{"StringLike": {"s3:prefix": prefixes}},
		}
		if slices.Contains(prefixes, "") {
			list.Conditions = nil
		}
		all = append(all, list)
	}
	return merged(all)
}

func (p *permissions) bucket(name string) string { return "arn:" + p.partition + ":s3:::" + name }

func (p *permissions) object(bucket, key string) string { return p.bucket(bucket) + "/" + key }

// below stands for all objects below a place.
func (p *permissions) below(at Place) string {
	if at.Key == "" {
		return p.object(at.Bucket, "*")
	}
	return p.object(at.Bucket, at.Key+"/*")
}

// uses gives what a workload uses by itself. What remote write needs is of the
// User Guide of Amazon Managed Service for Prometheus, "IAM permissions and policies".
func (p *permissions) uses(u Uses) {
	for _, w := range u.Workspaces {
		p.allow("RemoteWrite", []string{"aps:RemoteWrite"}, []string{
			"arn:" + aws.Partition(w.Region) + ":aps:" + w.Region + ":" + p.cluster.AccountID + ":workspace/" + w.ID,
		})
	}
	for _, at := range u.State {
		p.state(at)
	}
	for _, at := range u.Read {
		p.read(at)
	}
	for _, at := range u.Objects {
		p.allow("ReadObjects", []string{"s3:GetObject"}, []string{p.object(at.Bucket, at.Key)})
		p.find(at.Bucket)
		p.decrypt(p.keys[at.Bucket])
	}
	for _, at := range u.Logs {
		p.allow("WriteLogs", []string{"s3:PutObject"}, []string{p.below(at)})
		p.encrypt(p.keys[at.Bucket])
	}
	for _, group := range u.LogGroups {
		p.logGroup(group)
	}
}

// state is what both of Flink's S3 file systems do with a directory: parts of
// large files are uploaded one by one and given up after a failure, and old
// checkpoints are deleted (Hadoop documentation, "Working with IAM Assumed
// Roles", S3A permissions; apache/flink 1.20, S3AccessHelper). Both ask for the
// directory's own name before they list it.
func (p *permissions) state(at Place) {
	p.allow("State", []string{
		"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject",
	}, []string{p.below(at)})
	p.name(at)
	p.list(at)
	p.encrypt(p.keys[at.Bucket])
}

func (p *permissions) read(at Place) {
	p.allow("ReadObjects", []string{"s3:GetObject"}, []string{p.below(at)})
	p.name(at)
	p.list(at)
	p.decrypt(p.keys[at.Bucket])
}

// name lets the directory's own name be looked up.
func (p *permissions) name(at Place) {
	if at.Key != "" {
		p.allow("ReadObjects", []string{"s3:GetObject"}, []string{p.object(at.Bucket, at.Key)})
	}
}

// list lets a directory be listed, and a missing object in it be told from a
// forbidden one. s3:ListBucketMultipartUploads is not needed, and cannot be held
// to a prefix (Service Authorization Reference, Amazon S3).
func (p *permissions) list(at Place) {
	prefixes := []string{""}
	if at.Key != "" {
		prefixes = []string{at.Key, at.Key + "/*"}
	}
	p.lists[at.Bucket] = append(p.lists[at.Bucket], prefixes...)
	p.find(at.Bucket)
}

// find lets the file system ask where a bucket is.
func (p *permissions) find(bucket string) {
	p.allow("FindBuckets", []string{"s3:GetBucketLocation"}, []string{p.bucket(bucket)})
}

// logGroup is what EMR's log sidecar needs (EMR on EKS guide,
// jobruns-flink-monitoring-configuration): of the group, and of its streams.
func (p *permissions) logGroup(name string) {
	group := p.arn("logs", Resource{}, "log-group:"+name)
	p.allow("WriteLogGroups", []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
		[]string{group, group + ":*"})
}

// encrypt lets objects be written and read that a key encrypts, decrypt lets
// them be read: by way of S3 alone.
func (p *permissions) encrypt(key string) { p.key(key, "s3", "kms:Decrypt", "kms:GenerateDataKey") }
func (p *permissions) decrypt(key string) { p.key(key, "s3", "kms:Decrypt") }

// key lets a service use a KMS key for the role (KMS Developer Guide,
// "kms:ViaService"); looking at the key needs no service.
func (p *permissions) key(key, service string, actions ...string) {
	if key == "" {
		return
	}
	p.allow("DescribeKeys", []string{"kms:DescribeKey"}, []string{key})
	p.all = append(p.all, Statement{
		Sid: sid("keys", "for", service, strings.Join(verbs(actions), "-")), Actions: actions, Resources: []string{key},
		Conditions: map[string]map[string][]string{"StringEquals": {"kms:ViaService": {viaService(service, key)}}},
	})
}

// verbs are the names of actions without their service.
func verbs(actions []string) []string {
	var out []string
	for _, a := range actions {
		_, verb, _ := strings.Cut(a, ":")
		out = append(out, verb)
	}
	return out
}

// viaService is the name of a service's endpoint in the region of a key.
func viaService(service, key string) string {
	region := ""
	if parts := strings.SplitN(key, ":", 6); len(parts) == 6 {
		region = parts[3]
	}
	return service + "." + region + "." + DNSSuffix(aws.PartitionOf(key))
}

// DNSSuffix is what the names of a partition's endpoints end in (AWS General
// Reference, "Service endpoints"; China: "Endpoints and ARNs for AWS in China").
func DNSSuffix(partition string) string {
	if partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// arn is the ARN of a thing, in the cluster's account and region where r names
// no other.
func (p *permissions) arn(service string, r Resource, rest string) string {
	region, account := p.cluster.Region, p.cluster.AccountID
	if r.Region != "" {
		region = r.Region
	}
	if r.Account != "" {
		account = r.Account
	}
	return "arn:" + p.partition + ":" + service + ":" + region + ":" + account + ":" + rest
}
